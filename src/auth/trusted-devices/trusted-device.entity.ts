import { Column, Entity, Index, Unique } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** A known device from which an account needs no second factor for a while. */
@Entity('trusted_devices')
@Unique(['userId', 'deviceId'])
@Index(['expiresAt'])
export class TrustedDevice {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** The id in the device token, which is valid for one account and one password. */
  @Column({ type: 'uuid' })
  deviceId!: string;

  /** The User-Agent that it was trusted with; null if there was none. */
  @Column({ type: 'varchar', nullable: true })
  userAgent!: string | null;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  expiresAt!: number;
}
