import { createHash, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../platform/config/auth.config';
import { matchesForeign, readForeignHash } from './foreign-hashes/foreign-hash';
import { HashQueue } from './hashing/hash-queue';
import type { HashRequester } from './hashing/hash-requester';
import { HashThreadPool } from './hashing/hash-thread-pool.service';

/** The result of a verification. */
export interface Verification {
  matches: boolean;
  /** The scheme, key or cost differs from that of new hashes, so the hash should be replaced now. */
  outdated: boolean;
}

/**
 * The digest key of installations without a configured one. It separates our digests from others'; it is not secret.
 */
const BUILT_IN_PEPPER = 'latchkey password digest, version 1';

/**
 * `hmac384$` key id `$` bcrypt: 60 characters in a fixed format with bounded cost, so that no stored text runs for
 * hours.
 */
const STORED = /^hmac384\$(?<keyId>[A-Za-z0-9_-]{8})\$(?<bcrypt>\$2[aby]\$(?<cost>0[4-9]|1[0-5])\$[./A-Za-z0-9]{53})$/;

/** The prefix of all our hashes. */
const OURS = 'hmac384$';

/** Salt and checksum of a hash that no password matches. */
const DUMMY_TAIL = '.'.repeat(53);

interface Pepper {
  id: string;
  key: string;
}

/**
 * Hashes all passwords: bcrypt over the base64 of an HMAC-SHA-384 of the NFC-normalized password. The digest has a
 * fixed length, so bcrypt never truncates at 72 bytes or at a NUL, and its key prevents password shucking (OWASP
 * Password Storage). A bounded number of hashes is computed at a time, and the requester determines the position in the
 * queue.
 */
@Injectable()
export class PasswordHasher {
  private readonly queue: HashQueue;
  private readonly peppers: readonly [Pepper, ...Pepper[]];

  constructor(
    private readonly config: AuthConfig,
    private readonly threads: HashThreadPool,
  ) {
    this.queue = new HashQueue({ places: config.hashConcurrency, queue: config.hashQueue, waitMs: MAX_WAIT_MS });
    const [first = BUILT_IN_PEPPER, ...rest] = config.peppers;
    // The constant always verifies, so that a key can be configured later.
    this.peppers = [named(first), ...[...rest, BUILT_IN_PEPPER].map(named)];
  }

  /** @returns the text to store; @throws DomainError `overloaded` as `HashQueue` does */
  async hash(password: string, requester: HashRequester): Promise<string> {
    const [pepper] = this.peppers;
    const compute = () => this.threads.hash(digest(password, pepper.key), this.config.hashCost);
    const bcryptHash = await this.queue.run(requester, compute);
    return `${OURS}${pepper.id}$${bcryptHash}`;
  }

  /**
   * Checks a password against a stored hash. Without a hash, for an unknown user, it costs the same and never matches.
   * A hash of another system in HASH_IMPORT has the cost that this system chose, and is always outdated.
   * @throws DomainError `overloaded` as `HashQueue` does
   */
  async verify(password: string, stored: string | null, requester: HashRequester): Promise<Verification> {
    const foreign = readForeignHash(stored ?? '', this.config.hashImport);
    if ('check' in foreign) {
      const compare = this.threads.compare.bind(this.threads);
      const check = () => matchesForeign(foreign.check, password, compare);
      return { matches: await this.queue.run(requester, check), outdated: true };
    }
    const [current] = this.peppers;
    const known = this.known(stored ?? '');
    const key = (known?.pepper ?? current).key;
    const compare = () => this.threads.compare(digest(password, key), known?.bcrypt ?? this.dummy());
    const matches = await this.queue.run(requester, compare);
    const outdated = known?.pepper.id !== current.id || known.cost !== this.config.hashCost;
    return { matches: known !== null && matches, outdated };
  }

  /**
   * Why a hash, ours or of another system, could never be verified here. Computes nothing.
   * @returns the reason, to complete "The hash ..."; null for an acceptable hash
   */
  refusalOf(hash: string): string | null {
    if (hash.startsWith(OURS)) {
      return this.known(hash) ? null : 'is not a valid Latchkey hash, or its key is not in PASSWORD_PEPPER';
    }
    const reading = readForeignHash(hash, this.config.hashImport);
    return 'refusal' in reading ? reading.refusal : null;
  }

  private known(stored: string): { pepper: Pepper; bcrypt: string; cost: number } | null {
    const { keyId, bcrypt = '', cost } = STORED.exec(stored)?.groups ?? {};
    const pepper = this.peppers.find(({ id }) => id === keyId);
    return pepper ? { pepper, bcrypt, cost: Number(cost) } : null;
  }

  private dummy(): string {
    return `$2b$${String(this.config.hashCost).padStart(2, '0')}$${DUMMY_TAIL}`;
  }
}

/** Longest wait for a turn to hash, in milliseconds. */
const MAX_WAIT_MS = 15_000;

const named = (key: string): Pepper => ({ key, id: createHash('sha256').update(key).digest('base64url').slice(0, 8) });

const digest = (password: string, key: string) =>
  createHmac('sha384', key).update(password.normalize('NFC')).digest('base64');
