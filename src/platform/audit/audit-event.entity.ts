import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { IdColumn, TimestampColumn } from '../database/sql/columns';
import type { ClientInfo } from '../http/client/client-info';
import type { Actor } from './domain-events';

/** Types of events after which an account is no more. */
export const ACCOUNT_ENDINGS: readonly string[] = ['user.deleted', 'user.expired'];

/** The same as SQL: with values in it, as only then a partial index serves it. */
export const ACCOUNT_ENDS = `"type" IN (${ACCOUNT_ENDINGS.map((type) => `'${type}'`).join(', ')})`;

/**
 * One link of the audit chain. It refers to accounts without a foreign key, as it outlives them. What is personal stands
 * in `personal` alone, which can be erased without breaking the chain: the hash covers `commitment` in its place.
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

  /** 1 for the first event; one more for each, without gaps. */
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

  /** The account it happened to. */
  @Column({ type: 'uuid', nullable: true })
  accountId!: string | null;

  /** The row it happened to, besides the account. */
  @Column({ type: 'uuid', nullable: true })
  targetId!: string | null;

  /** JSON, as it was hashed. */
  @Column({ type: 'text' })
  details!: string;

  /** From where; null when that is not known or was erased with the account. */
  @Column({ type: 'simple-json', nullable: true })
  personal!: ClientInfo | null;

  /** 128 random bits in base64url, without which `commitment` could be guessed from the few addresses there are; erased with `personal`. */
  @Column({ type: 'varchar', nullable: true })
  salt!: string | null;

  /** SHA-256 of salt and `personal`, base64url; empty when there was nothing personal. */
  @Column({ type: 'varchar' })
  commitment!: string;

  /** SHA-256 of the hash before it and everything above but `personal` and `salt`, base64url. */
  @Column({ type: 'varchar' })
  hash!: string;
}

/** The end of the chain, signed, so that it cannot be shortened or rewritten without the application's secret. One row. */
@Entity('audit_heads')
export class AuditHead {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  /** The newest event's; 0 before the first. */
  @Column({ type: 'bigint' })
  sequence!: number;

  /** The newest event's; empty before the first. */
  @Column({ type: 'varchar' })
  hash!: string;

  /** HMAC-SHA-256 over sequence and hash by the keyring, base64url; empty before the first event. */
  @Column({ type: 'varchar' })
  mac!: string;
}
