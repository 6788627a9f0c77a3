import { Injectable } from '@nestjs/common';
import { Keyring } from '../config/keyring';
import { Database } from '../database/database.service';
import { commitmentOf, hashOf, isHeadGenuine } from './audit-chain';
import { AuditEvent, AuditHead } from './audit-event.entity';
import { HEAD_ID } from './audit-writer.service';

/** The result of a verification. */
export interface Verification {
  /** Events that were checked. */
  events: number;
  /** Events whose personal part was erased with their account. */
  erased: number;
  /** Hash of the newest event. Kept elsewhere, it later proves that nothing up to this event was rewritten. */
  head: string;
  /** A description of the fault; null when the chain is intact. */
  fault: string | null;
}

/** An event and its hash, as a verification printed them. */
export interface KnownEvent {
  sequence: number;
  hash: string;
}

/** Events read at a time. */
const BATCH = 500;

/** Verifies that no event of the audit chain was altered, removed, added or moved. Reads the whole chain in batches. */
@Injectable()
export class AuditVerifier {
  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
  ) {}

  /** @param onBatch called with the number of events checked so far and the total */
  async verify(onBatch: (events: number, total: number) => void = () => undefined): Promise<Verification> {
    // Read the end first: events appended during the verification are left for the next one.
    const end = await this.database.selectOne(AuditHead, '"id" = $1', [HEAD_ID]);
    const found = { events: 0, erased: 0, head: '' };
    if (!end) return { ...found, fault: 'the head of the chain is missing' };
    while (found.events < end.sequence) {
      const batch = await this.database.select(
        AuditEvent,
        '"sequence" > $1 AND "sequence" <= $2 ORDER BY "sequence" LIMIT $3',
        [found.events, end.sequence, BATCH],
      );
      if (batch.length === 0) return { ...found, fault: `the events after ${found.events} are missing` };
      for (const event of batch) {
        const fault = await this.faultOf(event, found);
        if (fault) return { ...found, fault };
        found.events = event.sequence;
        found.head = event.hash;
        if (event.commitment !== '' && event.personal === null) found.erased += 1;
      }
      onBatch(found.events, end.sequence);
    }
    return { ...found, fault: this.faultOfEnd(end, found) ?? (await this.faultOutside()) };
  }

  /**
   * Compares an event of a verified chain with the one printed earlier: a chain that was rewritten, or restored to an
   * earlier state together with its signed head, is consistent in itself.
   * @returns a description of the fault; null when the events match
   */
  async faultOfKnown({ sequence, hash }: KnownEvent): Promise<string | null> {
    const event = await this.database.selectOne(AuditEvent, '"sequence" = $1', [sequence]);
    if (!event) return `event ${sequence} existed and is missing`;
    return event.hash === hash ? null : `event ${sequence} differs from the expected one`;
  }

  private async faultOf(event: AuditEvent, before: { events: number; head: string }): Promise<string | null> {
    const { sequence, personal, salt, commitment } = event;
    if (sequence !== before.events + 1) return `the events after ${before.events} are missing`;
    if (hashOf(before.head, event) !== event.hash) return `event ${sequence} was altered`;
    if (commitment === '') return personal === null ? null : `event ${sequence} was given an origin`;
    if (personal === null) return (await this.wasErased(event)) ? null : `the origin of event ${sequence} was removed`;
    return commitmentOf(salt ?? '', personal) === commitment ? null : `the origin of event ${sequence} was altered`;
  }

  /** Only the deletion of an account, itself an event, erases personal data. */
  private async wasErased({ sequence, accountId, actorId }: AuditEvent): Promise<boolean> {
    for (const id of [accountId, actorId]) {
      if (id === null) continue;
      const where = '"accountId" = $1 AND "sequence" >= $2 AND "type" = \'user.deleted\'';
      if (await this.database.exists(AuditEvent, where, [id, sequence])) return true;
    }
    return false;
  }

  /**
   * An event before the first or after the end. One statement, because the end and its event are committed together.
   */
  private async faultOutside(): Promise<string | null> {
    const where = '"sequence" < 1 OR "sequence" > (SELECT "sequence" FROM "audit_heads")';
    const event = await this.database.selectOne(AuditEvent, where, []);
    return event ? `event ${event.sequence} was added outside the chain` : null;
  }

  private faultOfEnd(end: AuditHead, found: { events: number; head: string }): string | null {
    if (end.sequence === 0 && end.mac === '') return null;
    if (end.hash !== found.head) return 'the end of the chain does not match its signed head';
    return isHeadGenuine(this.keyring, end) ? null : 'the head of the chain is not signed with a secret of ours';
  }
}
