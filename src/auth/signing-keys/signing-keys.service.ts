import { Injectable } from '@nestjs/common';
import { MAX_ACCESS_TOKEN_TTL } from '../../platform/config/auth.config';
import { Keyring } from '../../platform/config/keyring';
import type { DataAccess } from '../../platform/database/data-access';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { RowCipher } from '../../platform/signing/row-cipher';
import { deserialize, type KeyPair, newKeyPair, serialize } from './key-pair';
import { SigningKey } from './signing-key.entity';

/** How long a key is published before it signs, in milliseconds: services keep the keys that they have read for a while. */
const PUBLISHED_AHEAD_MS = 3_600_000;

/** How long a key is trusted after its successor has started to sign: its last token, and 5 minutes for clocks that differ. */
const TRUSTED_AFTER_MS = (MAX_ACCESS_TOKEN_TTL + 300) * 1000;

/** A key pair of the database, and when it signs and ends. */
export interface StoredKey extends KeyPair {
  readonly row: SigningKey;
}

const LIVE = '("endsAt" IS NULL OR "endsAt" > $1)';

const cipherOf = (keyring: Keyring) => new RowCipher(keyring, 'signing-key');

/** The key pairs that sign access tokens, in the database: their creation, rotation and end. */
@Injectable()
export class SigningKeys {
  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * The keys that have not ended, the one that signs last first. Keys that our secrets do not decrypt are left out: an
   * attacker who can write to the database cannot add a key.
   */
  async live(access: DataAccess = this.database): Promise<StoredKey[]> {
    const newestFirst = `${LIVE} ORDER BY "signsFrom" DESC, "id" DESC`;
    const rows = await access.select(SigningKey, newestFirst, [this.clock.now()]);
    return (await Promise.all(rows.map((row) => this.open(row)))).flatMap((key) => key ?? []);
  }

  /** Creates a key unless there is one without an end. The first one signs at once. */
  ensure(): Promise<void> {
    return this.database.transaction(async (tx) => {
      const keys = await this.locked(tx);
      if (!keys.some(({ row }) => row.endsAt === null)) await this.add(tx, keys);
    });
  }

  /** Creates the next key and gives its predecessor an end. @returns when the next key starts to sign */
  rotate(): Promise<number> {
    return this.database.transaction(async (tx) => this.add(tx, await this.locked(tx)));
  }

  /**
   * Deletes all keys but the newest, which signs at once if it did not yet.
   * @param keyring decrypts the newest from then on
   */
  async dropOld(tx: Transaction, keyring: Keyring): Promise<void> {
    const [newest] = await this.locked(tx);
    await tx.removeWhere(SigningKey, newest ? '"id" <> $1' : '"id" IS NOT NULL', newest ? [newest.row.id] : []);
    if (!newest) return;
    const { id, signsFrom } = newest.row;
    const privateKey = cipherOf(keyring).encrypt(serialize(newest), id);
    await tx.update(SigningKey, { id }, { privateKey, signsFrom: Math.min(signsFrom, this.clock.now()) });
  }

  /** Gives every key an end, once none of them signs any more. */
  async endAll(): Promise<void> {
    await this.database.updateWhere(
      SigningKey,
      { endsAt: this.clock.now() + TRUSTED_AFTER_MS },
      '"endsAt" IS NULL',
      [],
    );
  }

  /** Deletes keys that have ended. */
  async purge(): Promise<void> {
    await this.database.removeWhere(SigningKey, '"endsAt" <= $1', [this.clock.now()]);
  }

  /** The live keys; no other transaction can add one before this one ends. */
  private async locked(tx: Transaction): Promise<StoredKey[]> {
    if (tx.isPostgres)
      await tx.query(`LOCK TABLE "${this.database.tableName(SigningKey)}" IN SHARE ROW EXCLUSIVE MODE`);
    return this.live(tx);
  }

  private async add(tx: Transaction, [newest]: readonly StoredKey[]): Promise<number> {
    const [id, now, pair] = [newId(), this.clock.now(), await newKeyPair()];
    const signsFrom = newest ? now + PUBLISHED_AHEAD_MS : now;
    const privateKey = cipherOf(this.keyring).encrypt(serialize(pair), id);
    const next = { id, kid: pair.kid, privateKey, createdAt: now, signsFrom, endsAt: null };
    await tx.insert(SigningKey, Object.assign(new SigningKey(), next));
    if (newest) await tx.update(SigningKey, { id: newest.row.id }, { endsAt: signsFrom + TRUSTED_AFTER_MS });
    return signsFrom;
  }

  private async open(row: SigningKey): Promise<StoredKey | null> {
    const pkcs8 = cipherOf(this.keyring).decrypt(row.privateKey, row.id);
    const pair = pkcs8 && (await deserialize(pkcs8));
    return pair?.kid === row.kid ? { ...pair, row } : null;
  }
}
