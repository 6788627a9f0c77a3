import { Column, Entity, Index, Unique } from 'typeorm';
import { IdColumn, TimestampColumn } from '../platform/database/sql/columns';
import type { Role } from './access/roles';

/** SQL condition: the column has a role. @param pattern SQL of the role between `%,` and `,%` */
export const withRole = (column: string, pattern: string) => `',' || ${column} || ',' LIKE ${pattern}`;

/** An account. Credentials are stored elsewhere. */
@Entity('users')
@Unique(['usernameKey'])
@Unique(['emailKey'])
@Index(['assertedEmailKey'])
@Index(['createdAt', 'id'])
@Index(['unprovenSince'])
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

  /** The address that this account holds, without regard to case; unique. The account's own id while it holds none. */
  @Column({ type: 'varchar' })
  emailKey!: string;

  /**
   * The address that this account says it has, without regard to case, while it does not hold it: registered under
   * `required` verification and not verified, or verified by another account since. Several may assert it. Else null.
   */
  @Column({ type: 'varchar', nullable: true })
  assertedEmailKey!: string | null;

  @Column({ type: 'boolean' })
  emailVerified!: boolean;

  /**
   * When the account was registered under `required` verification, in epoch milliseconds; null from the moment at which its
   * owner has proven any address or has had a session, and for accounts that came in any other way.
   */
  @TimestampColumn({ nullable: true })
  unprovenSince!: number | null;

  @Column({ type: 'simple-array' })
  roles!: Role[];

  /** Grows when the password is changed or reset, or a change of address undone: what says a former version is no longer good. */
  @Column({ type: 'integer', default: 0 })
  credentialVersion!: number;

  /** False once deactivated: nothing is answered to this account any more. */
  @Column({ type: 'boolean' })
  isActive!: boolean;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  updatedAt!: number;
}
