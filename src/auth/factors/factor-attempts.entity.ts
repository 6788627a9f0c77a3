import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** Wrong codes of an account in a row, whatever they were sent for. */
@Entity('factor_attempts')
export class FactorAttempts {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  userId!: string;

  /** Attempts since the latest success; one that is being judged counts as failed. */
  @Column({ type: 'integer' })
  failures!: number;

  /** Until then, no code is judged. */
  @TimestampColumn()
  blockedUntil!: number;
}
