import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { IdColumn, TimestampColumn } from '../../../platform/database/sql/columns';
import { User } from '../../../users/user.entity';

/**
 * What a sign-in with a provider waits for: `provider` for its profile, `code` for the client to exchange its result,
 * `link` for the owner of the account, `email` for a code in a mail. `spent`: it was used.
 */
export type ExternalStep = 'provider' | 'code' | 'link' | 'email' | 'spent';

/** A sign-in that came back from a provider. Its row makes everything about it valid only once. */
@Entity('external_sign_ins')
@Index(['accountId'])
@Index(['createdAt'])
export class ExternalSignIn {
  @IdColumn()
  id!: string;

  @Column({ type: 'varchar' })
  provider!: string;

  @Column({ type: 'varchar' })
  step!: ExternalStep;

  /** Of the profile; empty while it is missing. */
  @Column({ type: 'varchar' })
  issuer!: string;

  /** Of the profile; empty while it is missing. */
  @Column({ type: 'varchar' })
  subject!: string;

  /** An address, of the profile or as entered afterwards. */
  @Column({ type: 'varchar', nullable: true })
  email!: string | null;

  @Column({ type: 'boolean' })
  isEmailVerified!: boolean;

  /** A name to derive a username from. */
  @Column({ type: 'varchar', nullable: true })
  username!: string | null;

  /** The only account that the identity may be linked to; null for a sign-in. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  accountId!: string | null;

  /** Codes that were mailed. */
  @Column({ type: 'integer' })
  mails!: number;

  /** Codes that were judged. */
  @Column({ type: 'integer' })
  attempts!: number;

  @TimestampColumn()
  createdAt!: number;

  /** The end of the current step. */
  @TimestampColumn()
  expiresAt!: number;
}
