import { Column, Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn } from '../database/sql/columns';

/**
 * A message that has to leave. It carries no text and no secret: both are made when it is sent. Without a foreign key,
 * as some messages tell of an account's end.
 */
@Entity('outbox_messages')
@Index(['dueAt'])
export class OutboxMessage {
  @IdColumn()
  id!: string;

  /** Names the template. */
  @Column({ type: 'varchar' })
  template!: string;

  /** Address it goes to. */
  @Column({ type: 'varchar' })
  recipient!: string;

  /** The account it is about; null when there is none or it is not known yet. */
  @Column({ type: 'uuid', nullable: true })
  accountId!: string | null;

  /** What the template needs to know. */
  @Column({ type: 'simple-json' })
  parameters!: Record<string, string>;

  @TimestampColumn()
  createdAt!: number;

  /** How many attempts at sending it there were. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** When the next attempt is due; moved ahead while an instance sends it, so that no other does. Null: given up. */
  @TimestampColumn({ nullable: true })
  dueAt!: number | null;

  /** Why the last attempt failed. */
  @Column({ type: 'varchar', nullable: true })
  lastError!: string | null;
}
