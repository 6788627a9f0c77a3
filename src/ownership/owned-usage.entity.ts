import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity';

/**
 * The usage of a user's owned rows in one table; with an empty `resource`, in all tables. Maintained by triggers, so it
 * is exact regardless of what writes to the tables: see `database/usage/`.
 */
@Entity('owned_usage', { withoutRowid: true })
export class OwnedUsage {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  userId!: string;

  /** Name of the table; empty for the total. */
  @PrimaryColumn({ type: 'varchar' })
  resource!: string;

  @Column({ type: 'bigint' })
  rows!: number;

  /** Bytes of text in UTF-8. */
  @Column({ type: 'bigint' })
  bytes!: number;
}

/** A quota that the triggers enforce for every user. */
@Entity('quotas', { withoutRowid: true })
export class Quota {
  /** `rows` of each table, or total `bytes` of all tables. */
  @PrimaryColumn({ type: 'varchar' })
  name!: 'rows' | 'bytes';

  @Column({ type: 'bigint' })
  most!: number;
}
