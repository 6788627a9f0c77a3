import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A counter of the limits on attempts. */
@Entity('rate_limits')
@Index(['expire'])
export class RateLimitCounter {
  /** The limit, and a hash of what it counts by. */
  @PrimaryColumn({ type: 'varchar' })
  key!: string;

  /** Number of counted attempts. */
  @Column({ type: 'integer' })
  points!: number;

  /** When the counter resets: epoch milliseconds of the system clock. */
  @Column({ type: 'bigint', nullable: true })
  expire!: number | null;
}
