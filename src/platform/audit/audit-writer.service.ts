import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { Keyring } from '../config/keyring';
import { Database } from '../database/database.service';
import type { Transaction } from '../database/transaction';
import { Features } from '../features/features.service';
import { Clock } from '../kernel/clock.service';
import { newId } from '../kernel/ids';
import { AppLogger } from '../logging/app-logger.service';
import { commitmentOf, hashOf, isHeadGenuine, signHead } from './audit-chain';
import { ACCOUNT_ENDINGS, ACCOUNT_ENDS, AuditEvent, AuditHead } from './audit-event.entity';
import type { DomainEvent, NewEvent } from './domain-events';
import { DomainEvents } from './domain-events.service';

/** The only row of `audit_heads`. */
export const HEAD_ID = 1;

/**
 * Records events as a hash chain, which an altered or removed event breaks. An event is written in the transaction of
 * the change it describes, or not at all; listeners in this process are called after the commit.
 */
@Injectable()
export class AuditWriter {
  private readonly pending = new WeakMap<Transaction, NewEvent[]>();
  private readonly types: ReadonlySet<string>;

  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly logger: AppLogger,
    features: Features,
  ) {
    this.types = new Set(features.all.flatMap(({ auditEvents = [] }) => auditEvents));
  }

  /** Records an event in a transaction. @throws TypeError when no feature registers its type */
  record(tx: Transaction, event: NewEvent): void {
    if (!this.types.has(event.type)) throw new TypeError(`No feature registers the audit event ${event.type}`);
    const pending = this.pending.get(tx);
    if (pending) {
      pending.push(event);
      return;
    }
    const events = [event];
    this.pending.set(tx, events);
    // All transactions contend for the row at the end of the chain, so it is locked last and briefly.
    tx.beforeCommit(() => this.append(tx, events));
  }

  /** Records an event that belongs to no other change, such as a refused login. */
  recordAlone(event: NewEvent): Promise<void> {
    return this.database.transaction((tx) => {
      this.record(tx, event);
      return Promise.resolve();
    });
  }

  /**
   * Signs the end of the chain with another keyring, so that it stays verifiable once the old secrets are gone. No
   * event can be appended at the same time.
   * @param rotate gets a function that tells whether a keyring signed the end, and the transaction; returns the new
   * keyring, and stores new secrets last
   * @throws Error when the end was not signed with one of our secrets: it must not get a valid signature
   */
  resign(
    rotate: (isSignedBy: (keyring: Keyring) => boolean, tx: Transaction) => Keyring | Promise<Keyring>,
  ): Promise<void> {
    return this.database.transaction(async (tx) => {
      const head = await this.lockHead(tx);
      const isEmpty = head.sequence === 0;
      if (!isEmpty && !isHeadGenuine(this.keyring, head)) {
        throw new Error('The head of the audit chain is not signed with a secret of ours; see audit:verify.');
      }
      const keyring = await rotate((signer) => isEmpty || isHeadGenuine(signer, head), tx);
      if (!isEmpty) await tx.update(AuditHead, { id: HEAD_ID }, { mac: signHead(keyring, head) });
    });
  }

  private async append(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    // Events recorded from here on are appended separately.
    this.pending.delete(tx);
    const head = await this.lockHead(tx);
    const ended = events
      .filter(({ type }) => ACCOUNT_ENDINGS.includes(type))
      .flatMap(({ accountId }) => accountId ?? []);
    // Nothing else is appended before the commit, so this erases all personal data of the account.
    for (const accountId of ended) await this.erasePersonal(tx, accountId);
    const links: AuditEvent[] = [];
    const recorded: DomainEvent[] = [];
    for (const event of events) {
      const row = link(await this.withoutEndedClient(tx, event, ended), head, this.clock.now());
      tx.insertLast(AuditEvent, row);
      head.sequence = row.sequence;
      head.hash = row.hash;
      recorded.push({ ...event, id: row.id, occurredAt: row.occurredAt });
      links.push(row);
    }
    const { sequence, hash } = head;
    tx.updateLast(AuditHead, { id: HEAD_ID }, { sequence, hash, mac: signHead(this.keyring, head) });
    tx.afterCommit(() => {
      links.forEach((row) => this.log(row));
      recorded.forEach((event) => this.events.emit(event));
    });
  }

  /** Erases personal data from every event of an account; the chain stays verifiable. */
  private async erasePersonal(tx: Transaction, accountId: string): Promise<void> {
    for (const whose of ['"accountId" = $1', '"actorId" = $1']) {
      await tx.updateWhere(AuditEvent, { personal: null, salt: null }, whose, [accountId]);
    }
  }

  /**
   * Removes the client from an event of or by an account that has been deleted, such as a login that was still in
   * progress. This needs a separate statement: one that waited for the end of the chain does not see what was committed
   * meanwhile. It also runs for events without an account: a login with an unknown name must not be a round trip
   * faster.
   * @param ended accounts that the same transaction deletes
   */
  private async withoutEndedClient(tx: Transaction, event: NewEvent, ended: readonly string[]): Promise<NewEvent> {
    if (event.actor.client === null) return event;
    const accountId = event.accountId ?? NIL;
    const ids = [accountId, event.actor.id ?? accountId];
    const endsHere = ids.some((id) => ended.includes(id));
    const isLocked = ids.every((id) => tx.hasLocked(id));
    const where = `"accountId" IN ($1, $2) AND ${ACCOUNT_ENDS}`;
    const isGone = endsHere || (!isLocked && (await tx.exists(AuditEvent, where, ids)));
    return isGone ? { ...event, actor: { ...event.actor, client: null } } : event;
  }

  /** Also logs the hashes, where a database administrator cannot rewrite them. */
  private log({ id, sequence, type, result, actorId, accountId, targetId, hash }: AuditEvent): void {
    this.logger.pino.info({ eventId: id, sequence, type, result, actorId, accountId, targetId, hash }, 'audit');
  }

  private async lockHead(tx: Transaction): Promise<AuditHead> {
    const head = await tx.lock(AuditHead, { id: HEAD_ID });
    if (!head) throw new Error('The head of the audit chain is missing; see audit:verify.');
    return head;
  }
}

function link(event: NewEvent, head: AuditHead, now: number): AuditEvent {
  const personal = event.actor.client;
  const salt = personal && randomBytes(16).toString('base64url');
  const row = Object.assign(new AuditEvent(), {
    id: newId(),
    sequence: head.sequence + 1,
    type: event.type,
    result: event.result ?? ('success' as const),
    occurredAt: now,
    actorKind: event.actor.kind,
    actorId: event.actor.id,
    accountId: event.accountId,
    targetId: event.targetId ?? null,
    details: JSON.stringify(event.details),
    personal,
    salt,
    commitment: personal && salt !== null ? commitmentOf(salt, personal) : '',
  });
  return Object.assign(row, { hash: hashOf(head.hash, row) });
}
