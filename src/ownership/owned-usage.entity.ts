import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity';

/**
 * What a user's owned rows of one table take up; with an empty `resource`, those of all tables. Kept by triggers, so it is
 * exact whatever writes to the tables: see `database/usage/`.
 */
@Entity('owned_usage', { withoutRowid: true })
export class OwnedUsage {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  userId!: string;

  /** Name of the table; empty for all tables together. */
  @PrimaryColumn({ type: 'varchar' })
  resource!: string;

  @Column({ type: 'bigint' })
  rows!: number;

  /** Of text, in UTF-8. */
  @Column({ type: 'bigint' })
  bytes!: number;
}

/** A limit that the triggers hold every user to. */
@Entity('quotas', { withoutRowid: true })
export class Quota {
  /** `rows` of each table, or `bytes` of all tables together. */
  @PrimaryColumn({ type: 'varchar' })
  name!: 'rows' | 'bytes';

  @Column({ type: 'bigint' })
  most!: number;
}
