import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { IdColumn, TimestampColumn } from '../database/sql/columns';
import type { ClientInfo } from '../http/client/client-info';
import type { Actor } from './domain-events';

/** Types of events after which an account no longer exists. */
export const ACCOUNT_ENDINGS: readonly string[] = ['user.deleted', 'user.expired'];

/** The same as SQL, with literal values: a partial index cannot serve parameters. */
export const ACCOUNT_ENDS = `"type" IN (${ACCOUNT_ENDINGS.map((type) => `'${type}'`).join(', ')})`;

/**
 * One link of the audit chain. It refers to accounts without a foreign key because it outlives them. Personal data is
 * only in `personal`, which can be erased without breaking the chain: the hash covers `commitment` instead.
 */
@Entity('audit_events')
@Unique(['sequence'])
@Index(['accountId', 'sequence'])
@Index(['actorId'])
@Index(['occurredAt', 'sequence'])
@Index(['type', 'occurredAt', 'sequence'])
@Index(['accountId'], { where: ACCOUNT_ENDS })
export class AuditEvent {
  @IdColumn()
  id!: string;

  /** Starts at 1 and increases by one, without gaps. */
  @Column({ type: 'bigint' })
  sequence!: number;

  @Column({ type: 'varchar' })
  type!: string;

  @Column({ type: 'varchar' })
  result!: 'success' | 'failure';

  @TimestampColumn()
  occurredAt!: number;

  @Column({ type: 'varchar' })
  actorKind!: Actor['kind'];

  @Column({ type: 'uuid', nullable: true })
  actorId!: string | null;

  /** The affected account. */
  @Column({ type: 'uuid', nullable: true })
  accountId!: string | null;

  /** The affected row other than the account. */
  @Column({ type: 'uuid', nullable: true })
  targetId!: string | null;

  /** The exact JSON that was hashed. */
  @Column({ type: 'text' })
  details!: string;

  /** The origin of the event; null when it is unknown or was erased with the account. */
  @Column({ type: 'simple-json', nullable: true })
  personal!: ClientInfo | null;

  /**
   * 128 random bits in base64url, without which the few possible addresses could be guessed from `commitment`; erased
   * with `personal`.
   */
  @Column({ type: 'varchar', nullable: true })
  salt!: string | null;

  /** SHA-256 of salt and `personal`, base64url; empty for events without personal data. */
  @Column({ type: 'varchar' })
  commitment!: string;

  /** SHA-256 of the previous hash and everything above except `personal` and `salt`, base64url. */
  @Column({ type: 'varchar' })
  hash!: string;
}

/**
 * The signed end of the chain: without the application's secret, the chain cannot be shortened or rewritten. One row.
 */
@Entity('audit_heads')
export class AuditHead {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  /** Of the newest event; 0 before the first. */
  @Column({ type: 'bigint' })
  sequence!: number;

  /** Of the newest event; empty before the first. */
  @Column({ type: 'varchar' })
  hash!: string;

  /** HMAC-SHA-256 over sequence and hash by the keyring, base64url; empty before the first event. */
  @Column({ type: 'varchar' })
  mac!: string;
}
