import { Column, Entity, Index, Unique } from 'typeorm';
import { IdColumn, TimestampColumn } from '../platform/database/sql/columns';
import type { Role } from './access/roles';

/** SQL condition that the column contains a role. @param pattern SQL for the role between `%,` and `,%` */
export const withRole = (column: string, pattern: string) => `',' || ${column} || ',' LIKE ${pattern}`;

/** An account. Credentials are stored elsewhere. */
@Entity('users')
@Unique(['usernameKey'])
@Unique(['emailKey'])
@Index(['assertedEmailKey'])
@Index(['createdAt', 'id'])
@Index(['unprovenSince'])
@Index(['factorResetAt'])
export class User {
  @IdColumn()
  id!: string;

  /** As entered by its owner. */
  @Column({ type: 'varchar' })
  username!: string;

  /** The case-insensitive username; unique. */
  @Column({ type: 'varchar' })
  usernameKey!: string;

  /** As entered by its owner. */
  @Column({ type: 'varchar' })
  email!: string;

  /** The case-insensitive address that this account holds; unique. The account's own id while it holds none. */
  @Column({ type: 'varchar' })
  emailKey!: string;

  /**
   * The case-insensitive address that this account asserts but does not hold: registered with `required` verification
   * and not verified, or since verified by another account. Several accounts may assert the same one. Otherwise null.
   */
  @Column({ type: 'varchar', nullable: true })
  assertedEmailKey!: string | null;

  @Column({ type: 'boolean' })
  emailVerified!: boolean;

  /**
   * When the account was registered with `required` verification, in epoch milliseconds; null once its owner has
   * verified an address or had a session, and for accounts created in any other way.
   */
  @TimestampColumn({ nullable: true })
  unprovenSince!: number | null;

  @Column({ type: 'simple-array' })
  roles!: Role[];

  /**
   * Increases when the password is changed or reset, or a change of address is undone: credentials of earlier versions
   * are invalid.
   */
  @Column({ type: 'integer', default: 0 })
  credentialVersion!: number;

  /** Its owner wants sessions to need two factors. */
  @Column({ type: 'boolean', default: false })
  requiresSecondFactor!: boolean;

  /** When the second factors, which were reported lost, are removed; epoch milliseconds, otherwise null. */
  @TimestampColumn({ nullable: true })
  factorResetAt!: number | null;

  /** False after a deactivation: all requests of this account are refused. */
  @Column({ type: 'boolean' })
  isActive!: boolean;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  updatedAt!: number;
}
