import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/**
 * The purposes of one-time tokens. A feature adds its own by declaration merging and registers them as `linkPurposes`.
 */
export interface OneTimePurposes {
  'verify-email': true;
  'change-email': true;
  'undo-email-change': true;
  'reset-password': true;
  'recover-account': true;
  'keep-second-factor': true;
}

/** The purpose of a one-time token. */
export type OneTimePurpose = keyof OneTimePurposes;

/** A link that was mailed. The token in it is derived from the id, so nothing secret is stored. */
@Entity('one_time_tokens')
@Index(['userId'])
export class OneTimeToken {
  /** The id of the message that contains it. */
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  @Column({ type: 'varchar' })
  purpose!: OneTimePurpose;

  /** The address that the token verifies. */
  @Column({ type: 'varchar' })
  email!: string;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  expiresAt!: number;

  /** When it was used or revoked; null while it is valid. */
  @TimestampColumn({ nullable: true })
  usedAt!: number | null;
}
