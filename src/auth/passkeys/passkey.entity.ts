import { Column, Entity, Index, Unique } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** A passkey of an account (a discoverable credential of WebAuthn). Contains no secrets. */
@Entity('passkeys')
@Unique(['credentialId'])
@Index(['userId', 'createdAt', 'id'])
export class Passkey {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** The name that its owner gave it. */
  @Column({ type: 'varchar' })
  name!: string;

  /** The id that the authenticator gave it, in base64url. */
  @Column({ type: 'varchar' })
  credentialId!: string;

  /** The COSE key, in base64url. */
  @Column({ type: 'varchar' })
  publicKey!: string;

  /** The counter of its latest signature; 0 for authenticators that do not count. */
  @Column({ type: 'bigint' })
  signCount!: number;

  /** How a browser can reach the authenticator. */
  @Column({ type: 'simple-array' })
  transports!: string[];

  /** Whether it may be synced to other devices; it never changes. */
  @Column({ type: 'boolean' })
  isBackupEligible!: boolean;

  /** Whether it was synced at its latest use. */
  @Column({ type: 'boolean' })
  isBackedUp!: boolean;

  /** The model of the authenticator; zeros where it does not tell. */
  @Column({ type: 'varchar' })
  aaguid!: string;

  @TimestampColumn()
  createdAt!: number;

  /** Null until first used. */
  @TimestampColumn({ nullable: true })
  lastUsedAt!: number | null;
}
