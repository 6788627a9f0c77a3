import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../../platform/database/sql/columns';

/**
 * The progress of an import; updated in the transaction of each batch, so that a killed import resumes exactly there.
 */
@Entity('user_imports')
export class UserImport {
  /** SHA-256 of the file's content, in hexadecimal. */
  @PrimaryColumn({ type: 'varchar' })
  fingerprint!: string;

  /** Lines from the beginning of the file that were imported or refused. */
  @Column({ type: 'bigint' })
  linesDone!: number;

  /** Imported accounts. */
  @Column({ type: 'bigint' })
  imported!: number;

  /** Refused lines. */
  @Column({ type: 'bigint' })
  refused!: number;

  /** Length of the report of refused lines; anything after it was written by a batch that was rolled back. */
  @Column({ type: 'bigint' })
  reportBytes!: number;

  @TimestampColumn()
  updatedAt!: number;

  /** When the import finished; null before. */
  @TimestampColumn({ nullable: true })
  finishedAt!: number | null;
}
