import { Column, Entity, Index } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** A recovery code of an account. */
@Entity('recovery_codes')
@Index(['userId'])
export class RecoveryCode {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** SHA-256 in hexadecimal: 120 random bits need no slow hash. */
  @Column({ type: 'varchar' })
  hash!: string;

  @TimestampColumn()
  createdAt!: number;

  /** When it was used; null for one that is still valid. */
  @TimestampColumn({ nullable: true })
  usedAt!: number | null;
}
