import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addressKey } from '../../platform/addresses/mailbox';
import type { DataAccess } from '../../platform/database/data-access';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { EmailChallenge } from './email-challenge.entity';

/** Codes that are judged for one request. */
const MAX_ATTEMPTS = 5;

/** Wrong codes for one address and day; the link in the mail still works after them. */
const MAX_OF_DAY = 20;
const DAY_MS = 86_400_000;

const NEWER = `EXISTS (
  SELECT 1 FROM "email_challenges" AS "other" WHERE "other"."mailbox" = "own"."mailbox" AND "other"."id" > "own"."id"
)`;

/** Counts an attempt unless a limit is reached. The row of the request is locked, and older requests count no more. */
const COUNT = `UPDATE "email_challenges" AS "own" SET "attempts" = "attempts" + 1
  WHERE "own"."id" = $1 AND "own"."attempts" < ${MAX_ATTEMPTS} AND NOT ${NEWER}
    AND "own"."attempts" + (
      SELECT COALESCE(SUM("other"."attempts"), 0) FROM "email_challenges" AS "other"
      WHERE "other"."mailbox" = "own"."mailbox" AND "other"."id" <> "own"."id" AND "other"."createdAt" > $2
    ) < ${MAX_OF_DAY}
  RETURNING "accountId"`;

/** Requests to sign in by mail, and the wrong codes for them. */
@Injectable()
export class EmailChallenges {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Adds a request at the end of the caller's transaction; the codes of earlier ones for the address stop working. */
  add(tx: Transaction, id: string, email: string, accountId: string | null): void {
    const mailbox = createHash('sha256').update(addressKey(email)).digest('base64url');
    tx.insertLast(EmailChallenge, { id, mailbox, accountId, attempts: 0, createdAt: this.clock.now() });
  }

  /**
   * Counts an attempt before its code is judged, by a statement of its own: it stays counted whatever comes after. The
   * same for known and unknown addresses.
   * @returns the account of the request, if it is known; null when no code is judged any more
   */
  async count(id: string): Promise<{ accountId: string | null } | null> {
    const counted = await this.database.query<{ accountId: string | null }>(COUNT, [id, this.clock.now() - DAY_MS]);
    return counted[0] ?? null;
  }

  /** Takes an attempt back: its code was right, or could not be judged because the server failed. */
  async uncount(data: DataAccess, id: string): Promise<void> {
    await data.query(`UPDATE "email_challenges" SET "attempts" = "attempts" - 1 WHERE "id" = $1 AND "attempts" > 0`, [
      id,
    ]);
  }

  /** Whether there is a newer request for the same address. */
  async isSuperseded(tx: Transaction, id: string): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM "email_challenges" AS "own" WHERE "own"."id" = $1 AND ${NEWER}`, [id]);
    return rows.length > 0;
  }

  /** Deletes the requests of an account within the caller's transaction. */
  async remove(tx: Transaction, accountId: string): Promise<void> {
    await tx.removeWhere(EmailChallenge, '"accountId" = $1', [accountId]);
  }

  /** Deletes requests whose wrong codes count no more. */
  async purge(): Promise<void> {
    await this.database.removeWhere(EmailChallenge, '"createdAt" <= $1', [this.clock.now() - DAY_MS]);
  }
}
