import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import type { ProofMethod } from '../../users/proof';
import { User } from '../../users/user.entity';

/** What a challenge asks for: a factor of the account, or the enrollment of its first one. */
export type ChallengePurpose = 'second-factor' | 'enrollment';

/** A sign-in that still needs a second factor. */
@Entity('sign_in_challenges')
@Index(['userId'])
@Index(['expiresAt'])
export class SignInChallenge {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  @Column({ type: 'varchar' })
  purpose!: ChallengePurpose;

  /** The methods of the proofs so far. */
  @Column({ type: 'simple-array' })
  methods!: ProofMethod[];

  /** The time of the first proof. */
  @TimestampColumn()
  provenAt!: number;

  /** The session is to be kept for 30 days. */
  @Column({ type: 'boolean' })
  remembered!: boolean;

  /** No notice of a new device is needed. */
  @Column({ type: 'boolean' })
  isExpected!: boolean;

  /** That of the account at the first proof: a later password ends the challenge. */
  @Column({ type: 'integer' })
  credentialVersion!: number;

  /** Factors that were judged so far. */
  @Column({ type: 'integer' })
  attempts!: number;

  @TimestampColumn()
  expiresAt!: number;
}
