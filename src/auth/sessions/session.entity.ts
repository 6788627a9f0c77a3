import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** Why a session ended before its time. */
export type SessionEnd =
  'logout' | 'removed' | 'theft' | 'deactivated' | 'password-changed' | 'email-change-undone' | 'displaced';

/** One login on one device, with its chain of refresh tokens. Nothing in it is secret. */
@Entity('sessions')
@Index(['userId', 'createdAt', 'id'])
export class Session {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** How often the refresh token was rotated; the number of the one that is good now. */
  @Column({ type: 'integer' })
  rotation!: number;

  /** When the latest rotations happened, newest first: epoch milliseconds, within the grace period only. */
  @Column({ type: 'simple-json' })
  recentRotations!: number[];

  /** Begun with `remember`. */
  @Column({ type: 'boolean' })
  remembered!: boolean;

  @Column({ type: 'varchar', nullable: true })
  userAgent!: string | null;

  @Column({ type: 'varchar' })
  ipAddress!: string;

  @TimestampColumn()
  createdAt!: number;

  /** Login or latest refresh. */
  @TimestampColumn()
  lastUsedAt!: number;

  /** Absolute end; no refresh moves it. */
  @TimestampColumn()
  expiresAt!: number;

  /** When it was ended before its time; null while it was not. */
  @TimestampColumn({ nullable: true })
  endedAt!: number | null;

  @Column({ type: 'varchar', nullable: true })
  endReason!: SessionEnd | null;
}
