import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NIL } from 'uuid';
import { Keyring } from '../config/keyring';
import { Database } from '../database/database';
import { Clock } from '../kernel/clock';
import { newId } from '../kernel/ids';
import { AppLogger } from '../logging/app-logger';
import { commitmentOf, hashOf, isHeadGenuine, signHead } from './audit-chain';
import { ACCOUNT_ENDS, AuditEvent, AuditHead } from './audit-event.entity';
import { type DomainEvent, DomainEvents, type NewEvent } from './domain-events';

/** The only row of `audit_heads`. */
export const HEAD_ID = 1;

/**
 * Records what happened, as a hash chain: an event that is altered or removed breaks it. Each event is written in the
 * transaction of the change it tells of, or not at all, and is told to the program's listeners after the commit.
 */
@Injectable()
export class AuditWriter {
  private readonly pending = new WeakMap<EntityManager, NewEvent[]>();

  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly logger: AppLogger,
  ) {}

  /** Records an event with the transaction of this manager. */
  record(manager: EntityManager, event: NewEvent): void {
    const pending = this.pending.get(manager);
    if (pending) {
      pending.push(event);
      return;
    }
    const events = [event];
    this.pending.set(manager, events);
    // The end of the chain is one row that all transactions want, so it is taken last and held for a moment only.
    this.database.beforeCommit(manager, () => this.append(manager, events));
  }

  /** Records an event that belongs to no other change, such as a refused login. */
  recordAlone(event: NewEvent): Promise<void> {
    return this.database.transaction((manager) => {
      this.record(manager, event);
      return Promise.resolve();
    });
  }

  /** Erases what is personal from every event of an account; the chain stays verifiable. */
  async erasePersonal(manager: EntityManager, accountId: string): Promise<void> {
    for (const column of ['accountId', 'actorId'] as const) {
      await manager.update(AuditEvent, { [column]: accountId }, { personal: null, salt: null });
    }
  }

  /**
   * Signs the end of the chain with another keyring, so that it stays verifiable once the old secrets are gone.
   * Nothing is appended meanwhile.
   * @param rotate told whether `current` signed the end, which tells that no program with older secrets is at work;
   * makes the new keyring, and its secrets last
   * @throws Error when the end was not signed with a secret of ours: then it must not get a good signature
   */
  resign(rotate: (isSignedBy: (keyring: Keyring) => boolean) => Keyring): Promise<void> {
    return this.database.transaction(async (manager) => {
      const head = await this.lockHead(manager);
      const isEmpty = head.sequence === 0;
      if (!isEmpty && !isHeadGenuine(this.keyring, head)) {
        throw new Error('The head of the audit chain is not signed with a secret of ours; see audit:verify.');
      }
      const keyring = rotate((signer) => isEmpty || isHeadGenuine(signer, head));
      if (!isEmpty) await manager.update(AuditHead, { id: HEAD_ID }, { mac: signHead(keyring, head) });
    });
  }

  private async append(manager: EntityManager, events: readonly NewEvent[]): Promise<void> {
    const head = await this.lockHead(manager);
    const links: AuditEvent[] = [];
    const recorded: DomainEvent[] = [];
    for (const event of events) {
      const row = link(await this.traceless(manager, event), head, this.clock.now());
      await this.database.insert(AuditEvent, row, manager);
      head.sequence = row.sequence;
      head.hash = row.hash;
      recorded.push({ ...event, id: row.id, occurredAt: row.occurredAt });
      links.push(row);
    }
    const { sequence, hash } = head;
    await manager.update(AuditHead, { id: HEAD_ID }, { sequence, hash, mac: signHead(this.keyring, head) });
    this.database.afterCommit(manager, () => {
      links.forEach((row) => this.log(row));
      recorded.forEach((event) => this.events.emit(event));
    });
  }

  /**
   * What happens to an account that was deleted meanwhile, such as a login that was under way, leaves nothing personal.
   * Asked also for no account: a login by an unknown name must not be a round trip faster.
   */
  private async traceless(manager: EntityManager, event: NewEvent): Promise<NewEvent> {
    if (event.actor.client === null) return event;
    const ends = manager.createQueryBuilder(AuditEvent, 'event').where({ accountId: event.accountId ?? NIL });
    const isGone = await ends.andWhere(ACCOUNT_ENDS).getExists();
    return isGone ? { ...event, actor: { ...event.actor, client: null } } : event;
  }

  /** The log keeps the hashes where no database administrator can rewrite them. */
  private log({ id, sequence, type, result, actorId, accountId, targetId, hash }: AuditEvent): void {
    this.logger.pino.info({ eventId: id, sequence, type, result, actorId, accountId, targetId, hash }, 'audit');
  }

  private lockHead(manager: EntityManager): Promise<AuditHead> {
    return manager.findOneOrFail(AuditHead, { where: { id: HEAD_ID }, ...this.database.rowLock });
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
