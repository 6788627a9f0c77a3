import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One counter of the limits on attempts. */
@Entity('rate_limits')
@Index(['expire'])
export class RateLimitCounter {
  /** Which limit, and a hash of whom it counts. */
  @PrimaryColumn({ type: 'varchar' })
  key!: string;

  /** How many attempts were counted. */
  @Column({ type: 'integer' })
  points!: number;

  /** When the counter starts again: epoch milliseconds by the clock of the system. */
  @Column({ type: 'bigint', nullable: true })
  expire!: number | null;
}
