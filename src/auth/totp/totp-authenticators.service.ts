import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThanOrEqual, Not } from 'typeorm';
import { Keyring } from '../../platform/config/keyring';
import type { DataAccess } from '../../platform/database/data-access';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { quotaExceeded } from '../../platform/problems/domain-error';
import { RowCipher } from '../../platform/signing/row-cipher';
import { TotpAuthenticator } from './totp-authenticator.entity';
import { SEED_BYTES, stepOf } from './totp-code';

/** An authenticator must be confirmed within this time, in milliseconds. */
const CONFIRMATION_MS = 600_000;

/** Authenticators of an account that are in use, and that wait for their first code. */
const [MAX_AUTHENTICATORS, MAX_WAITING] = [5, 3];

/** Purpose of the keyring keys for seeds. */
const PURPOSE = 'totp-seed';

/** Rows that are encrypted again at once. */
const BATCH = 1000;

/** The smallest id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const CONFIRMED = '"userId" = $1 AND "confirmedAt" IS NOT NULL';

/** A new authenticator, and its seed, which is shown this once. */
export interface NewAuthenticator {
  authenticator: TotpAuthenticator;
  seed: Buffer;
}

/** Authenticator apps (RFC 6238). Their seeds are stored encrypted. */
@Injectable()
export class TotpAuthenticators {
  private readonly cipher: RowCipher;

  constructor(
    keyring: Keyring,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.cipher = new RowCipher(keyring, PURPOSE);
  }

  /** Adds an authenticator that is not in use yet, within the caller's transaction. @throws DomainError `quota_exceeded` */
  async add(tx: Transaction, userId: string, name: string): Promise<NewAuthenticator> {
    const createdAt = this.clock.now();
    await this.removeWaiting(tx, userId);
    const used = await tx.count(TotpAuthenticator, CONFIRMED, [userId]);
    if (used >= MAX_AUTHENTICATORS) {
      throw quotaExceeded({ name: 'authenticators', limit: MAX_AUTHENTICATORS, used });
    }
    const [id, seed] = [newId(), randomBytes(SEED_BYTES)];
    const authenticator = Object.assign(new TotpAuthenticator(), {
      ...{ id, userId, name, createdAt, lastStep: 0, confirmedAt: null, lastUsedAt: null },
      seed: this.cipher.encrypt(seed, id),
    });
    await tx.insert(TotpAuthenticator, authenticator);
    return { authenticator, seed };
  }

  /** The authenticator of an account, confirmed or not, unless it was abandoned. */
  async find(data: DataAccess, userId: string, id: string): Promise<TotpAuthenticator | null> {
    const found = await data.selectOne(TotpAuthenticator, '"userId" = $1 AND "id" = $2', [userId, id]);
    const isAbandoned = found?.confirmedAt === null && found.createdAt <= this.clock.now() - CONFIRMATION_MS;
    return isAbandoned ? null : found;
  }

  /** The authenticators of an account that are in use, oldest first. */
  list(data: DataAccess, userId: string): Promise<TotpAuthenticator[]> {
    return data.select(TotpAuthenticator, `${CONFIRMED} ORDER BY "createdAt", "id"`, [userId]);
  }

  /** The seed of an authenticator. @returns null when it was encrypted by a key that is gone */
  seedOf({ id, seed }: TotpAuthenticator): Buffer | null {
    return this.cipher.decrypt(seed, id);
  }

  isEnrolled(data: DataAccess, userId: string): Promise<boolean> {
    return data.exists(TotpAuthenticator, CONFIRMED, [userId]);
  }

  /**
   * Accepts a code within the caller's transaction, once: of concurrent uses of a code, one is accepted.
   * @param isConfirming whether the code is the first one, which puts the authenticator to use
   */
  async accept(
    tx: Transaction,
    authenticator: TotpAuthenticator,
    code: string,
    isConfirming: boolean,
  ): Promise<boolean> {
    const [now, key] = [this.clock.now(), this.seedOf(authenticator)];
    const step = key && stepOf(key, code, now);
    if (step === null) return false;
    const unused = {
      id: authenticator.id,
      lastStep: LessThan(step),
      confirmedAt: isConfirming ? IsNull() : Not(IsNull()),
    };
    const change = { lastStep: step, lastUsedAt: now, ...(isConfirming && { confirmedAt: now }) };
    return (await tx.manager.update(TotpAuthenticator, unused, change)).affected === 1;
  }

  /** Removes an authenticator within the caller's transaction. @returns false when there is none */
  async remove(tx: Transaction, userId: string, id: string): Promise<boolean> {
    return (await tx.manager.delete(TotpAuthenticator, { userId, id })).affected === 1;
  }

  /** Removes authenticators within the caller's transaction. @param since only those added at this time or later */
  async removeAll(tx: Transaction, userId: string, since: number): Promise<number> {
    return (await tx.manager.delete(TotpAuthenticator, { userId, createdAt: MoreThanOrEqual(since) })).affected ?? 0;
  }

  /**
   * Encrypts all seeds again within the caller's transaction, before old secrets are dropped. @param keyring the one that
   * stays
   */
  async reencrypt(tx: Transaction, keyring: Keyring): Promise<void> {
    const next = new RowCipher(keyring, PURPOSE);
    let last = FIRST_ID;
    for (;;) {
      const rows = await tx.select(TotpAuthenticator, '"id" > $1 ORDER BY "id" LIMIT $2', [last, BATCH]);
      for (const { id, seed } of rows) {
        const plain = this.cipher.decrypt(seed, id);
        if (plain) await tx.manager.update(TotpAuthenticator, { id }, { seed: next.encrypt(plain, id) });
        last = id;
      }
      if (rows.length < BATCH) return;
    }
  }

  /** Deletes authenticators that were never confirmed. */
  async purge(): Promise<void> {
    await this.database.manager.delete(TotpAuthenticator, this.abandoned());
  }

  /** Makes room for one more that waits: the oldest go. */
  private async removeWaiting(tx: Transaction, userId: string): Promise<void> {
    const waiting = '"userId" = $1 AND "confirmedAt" IS NULL ORDER BY "createdAt" DESC, "id" DESC';
    const rows = await tx.select(TotpAuthenticator, waiting, [userId]);
    for (const { id } of rows.slice(MAX_WAITING - 1)) await tx.manager.delete(TotpAuthenticator, { id });
  }

  private abandoned() {
    return { confirmedAt: IsNull(), createdAt: LessThan(this.clock.now() - CONFIRMATION_MS) };
  }
}
