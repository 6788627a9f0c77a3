import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { NIL, v4 } from 'uuid';
import { Database } from '../../../platform/database/database.service';
import type { Transaction } from '../../../platform/database/transaction';
import { Clock } from '../../../platform/kernel/clock.service';
import { CeremonyCodec, type CeremonyContent, type CeremonyKind } from './ceremony.codec';
import { SpentCeremony } from './spent-ceremony.entity';

/** Lifetime of a ceremony in seconds. */
export const CEREMONY_TTL = 300;

/** A ceremony as a client gets it. */
export interface IssuedCeremony {
  /** Goes with the answer. */
  readonly token: string;
  /** What the authenticator signs. */
  readonly challenge: Buffer;
  /** The user handle that a first registration creates. */
  readonly userHandle: Buffer;
}

/** A ceremony that may be answered now, unless it is spent. */
export interface OpenCeremony extends CeremonyContent {
  readonly challenge: Buffer;
  readonly userHandle: Buffer;
}

/**
 * Questions to authenticators. Asking writes nothing: everything is in a signed token. The first valid answer spends the
 * question.
 */
@Injectable()
export class Ceremonies {
  constructor(
    private readonly codec: CeremonyCodec,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @param subject the account, session or challenge that it is for; omitted for a login, which is not bound to an account */
  issue(kind: CeremonyKind, subject: string = NIL): IssuedCeremony {
    const expiresAt = this.clock.now() + CEREMONY_TTL * 1000;
    const token = this.codec.encode({ kind, subject, id: v4(), expiresAt });
    return { token, ...this.derived(token) };
  }

  /** @returns null when the token is not ours, has expired, or is of another kind or subject */
  open(token: string, kinds: readonly CeremonyKind[], subject: string = NIL): OpenCeremony | null {
    const content = this.codec.decode(token);
    if (!content || content.subject !== subject || !kinds.includes(content.kind)) return null;
    return content.expiresAt > this.clock.now() ? { ...content, ...this.derived(token) } : null;
  }

  /** Spends a ceremony within the caller's transaction. @returns false when it is spent already */
  async spend(tx: Transaction, { id, expiresAt }: OpenCeremony): Promise<boolean> {
    // The unique index decides which of several answers at once is the first.
    const insert = 'INSERT INTO "spent_ceremonies" ("id", "expiresAt") VALUES ($1, $2)';
    const rows = await tx.query(`${insert} ON CONFLICT DO NOTHING RETURNING "id"`, [id, expiresAt]);
    return rows.length === 1;
  }

  /** Deletes spent ceremonies that have expired, which are refused anyway. */
  async purge(): Promise<void> {
    await this.database.manager.delete(SpentCeremony, { expiresAt: LessThanOrEqual(this.clock.now()) });
  }

  private derived(token: string): Pick<IssuedCeremony, 'challenge' | 'userHandle'> {
    return { challenge: this.codec.derive(token, 'challenge'), userHandle: this.codec.derive(token, 'user-handle') };
  }
}
