import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../../platform/database/sql/columns';

/** How far the import of a file came; changed in the transaction of each batch, so that a killed import resumes exactly there. */
@Entity('user_imports')
export class UserImport {
  /** SHA-256 of the file's content, in hexadecimal. */
  @PrimaryColumn({ type: 'varchar' })
  fingerprint!: string;

  /** Lines from the beginning of the file that were imported or refused. */
  @Column({ type: 'bigint' })
  linesDone!: number;

  /** Accounts made. */
  @Column({ type: 'bigint' })
  imported!: number;

  /** Lines refused. */
  @Column({ type: 'bigint' })
  refused!: number;

  /** Length of the report of refused lines; what stands behind that was written by a batch that did not happen. */
  @Column({ type: 'bigint' })
  reportBytes!: number;

  @TimestampColumn()
  updatedAt!: number;

  /** When the last line was done; null before. */
  @TimestampColumn({ nullable: true })
  finishedAt!: number | null;
}
