import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** An authenticator app of an account. */
@Entity('totp_authenticators')
@Index(['userId'])
@Index(['confirmedAt', 'createdAt'])
export class TotpAuthenticator {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** The name that its owner gave it. */
  @Column({ type: 'varchar' })
  name!: string;

  /** The encrypted seed, bound to this row. */
  @Column({ type: 'varchar' })
  seed!: string;

  /** The step of the latest accepted code; no code of it or an earlier one is accepted again (RFC 6238, 5.2). */
  @Column({ type: 'integer' })
  lastStep!: number;

  @TimestampColumn()
  createdAt!: number;

  /** When its first code was right; null for one that is not in use yet. */
  @TimestampColumn({ nullable: true })
  confirmedAt!: number | null;

  @TimestampColumn({ nullable: true })
  lastUsedAt!: number | null;
}
