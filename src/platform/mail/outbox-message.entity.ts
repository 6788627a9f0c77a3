import { Column, Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn } from '../database/sql/columns';

/**
 * A message to be sent. It contains no text and no secret: both are created when it is sent. It has no foreign key
 * because some messages announce the deletion of an account.
 */
@Entity('outbox_messages')
@Index(['dueAt'])
export class OutboxMessage {
  @IdColumn()
  id!: string;

  /** The template. */
  @Column({ type: 'varchar' })
  template!: string;

  /** The recipient's address. */
  @Column({ type: 'varchar' })
  recipient!: string;

  /** The account that the message is about; null when there is none. */
  @Column({ type: 'uuid', nullable: true })
  accountId!: string | null;

  /** Parameters of the template. */
  @Column({ type: 'simple-json' })
  parameters!: Record<string, string>;

  @TimestampColumn()
  createdAt!: number;

  /** Number of attempts to send it. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** When the next attempt is due; moved into the future while an instance sends the message. Null: given up. */
  @TimestampColumn({ nullable: true })
  dueAt!: number | null;

  /** Why the last attempt failed. */
  @Column({ type: 'varchar', nullable: true })
  lastError!: string | null;
}
