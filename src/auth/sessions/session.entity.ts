import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import type { AssuranceLevel, Authentication } from '../../users/assurance';
import type { ProofMethod } from '../../users/proof';
import { User } from '../../users/user.entity';

/** Why a session was ended early. */
export type SessionEnd =
  | 'logout'
  | 'removed'
  | 'theft'
  | 'deactivated'
  | 'password-changed'
  | 'email-change-undone'
  | 'displaced'
  | 'second-factor-demanded';

/** A login on one device, with its chain of refresh tokens. Contains no secrets. */
@Entity('sessions')
@Index(['userId', 'createdAt', 'id'])
export class Session {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** The number of rotations, which is also the number of the current refresh token. */
  @Column({ type: 'integer' })
  rotation!: number;

  /** The times of the latest rotations, newest first: epoch milliseconds, within the grace period only. */
  @Column({ type: 'simple-json' })
  recentRotations!: number[];

  /** The methods of all proofs of its owner. */
  @Column({ type: 'simple-array', default: 'password' })
  methods!: ProofMethod[];

  /** The time of the latest proof. */
  @TimestampColumn({ default: 0 })
  authenticatedAt!: number;

  /** The assurance level of all proofs; it never sinks. */
  @Column({ type: 'varchar', default: 'aal1' })
  level!: AssuranceLevel;

  /** Started with `remember`. */
  @Column({ type: 'boolean' })
  remembered!: boolean;

  @Column({ type: 'varchar', nullable: true })
  userAgent!: string | null;

  @Column({ type: 'varchar' })
  ipAddress!: string;

  @TimestampColumn()
  createdAt!: number;

  /** The login, the latest refresh or, on the site, the latest page: accurate to a minute. */
  @TimestampColumn()
  lastUsedAt!: number;

  /** Absolute end; no refresh moves it. */
  @TimestampColumn()
  expiresAt!: number;

  /** When it was ended early; null otherwise. */
  @TimestampColumn({ nullable: true })
  endedAt!: number | null;

  @Column({ type: 'varchar', nullable: true })
  endReason!: SessionEnd | null;
}

/** How and when the owner of a session has authenticated. */
export const authenticationOf = ({ methods, authenticatedAt: at, level }: Session): Authentication => ({
  methods,
  at,
  level,
});
