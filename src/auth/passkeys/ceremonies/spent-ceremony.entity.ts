import { Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn } from '../../../platform/database/sql/columns';

/** A question to an authenticator that was answered, kept until it would have expired. */
@Entity('spent_ceremonies')
@Index(['expiresAt'])
export class SpentCeremony {
  @IdColumn()
  id!: string;

  @TimestampColumn()
  expiresAt!: number;
}
