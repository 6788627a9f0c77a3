import { Column, Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn } from '../../platform/database/sql/columns';

/**
 * A request to sign in by mail, for any address, known or not. It contains no secret: the code and the token of the
 * browser that asked are MACs over its id.
 */
@Entity('email_challenges')
@Index(['mailbox', 'id'])
@Index(['createdAt'])
export class EmailChallenge {
  /** The id of the message, and of the link in it. */
  @IdColumn()
  id!: string;

  /** A hash of the requested address: wrong codes count for it, so that known and unknown ones are the same. */
  @Column({ type: 'varchar' })
  mailbox!: string;

  /** For the audit trail; null for an unknown address. No foreign key: the account may be deleted at the same time. */
  @Column({ type: 'uuid', nullable: true })
  accountId!: string | null;

  /** Codes that were judged so far, except for a right one. */
  @Column({ type: 'integer' })
  attempts!: number;

  @TimestampColumn()
  createdAt!: number;
}
