import { Column, Entity, Unique } from 'typeorm';
import { IdColumn, TimestampColumn } from '../database/columns';

/** What a user may do beyond their own data. */
export type Role = 'user' | 'admin';

/** An account. What proves who its owner is stands elsewhere, in the password credential. */
@Entity('users')
@Unique(['usernameKey'])
@Unique(['emailKey'])
export class User {
  @IdColumn()
  id!: string;

  /** As its owner writes it. */
  @Column({ type: 'varchar' })
  username!: string;

  /** The username without regard to case; unique. */
  @Column({ type: 'varchar' })
  usernameKey!: string;

  /** As its owner writes it. */
  @Column({ type: 'varchar' })
  email!: string;

  /** The address without regard to case; unique. */
  @Column({ type: 'varchar' })
  emailKey!: string;

  @Column({ type: 'boolean' })
  emailVerified!: boolean;

  @Column({ type: 'simple-array' })
  roles!: Role[];

  /** False once deactivated: nothing is answered to this account any more. */
  @Column({ type: 'boolean' })
  isActive!: boolean;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  updatedAt!: number;
}
