import { Injectable } from '@nestjs/common';
import { SharedRun } from '../../platform/concurrency/shared-run';
import { AuthConfig } from '../../platform/config/auth.config';
import { Clock } from '../../platform/kernel/clock.service';
import { overloaded } from '../../platform/problems/domain-error';
import { SigningKeys, type StoredKey } from './signing-keys.service';

/** How often the keys are read from the database at most, in milliseconds, whatever tokens are sent. */
const READ_EVERY_MS = 100;

/** The form of a thumbprint: 256 bits in base64url. */
const THUMBPRINT = /^[\w-]{43}$/;

/** The signing keys in memory. Another instance may create one at any time: a key that is not known is looked up. */
@Injectable()
export class SigningKeySet {
  private keys: readonly StoredKey[] = [];
  private readonly reading = new SharedRun(async () => {
    this.keys = await this.rows.live();
  }, READ_EVERY_MS);

  constructor(
    private readonly config: AuthConfig,
    private readonly rows: SigningKeys,
    private readonly clock: Clock,
  ) {}

  /** Reads the keys, if this server uses any, and creates the first if it signs with them. Only for the server. */
  async refresh(): Promise<void> {
    const signs = this.config.accessTokenAlgorithm === 'ES256';
    if (signs || this.keys.length > 0) await this.reading.run();
    if (!signs || this.keys.some(({ row }) => row.endsAt === null)) return;
    await this.rows.ensure();
    await this.reading.run();
  }

  /** Deletes keys that have ended. Where no server signs with keys any more, they end. */
  async purge(): Promise<void> {
    if (this.config.accessTokenAlgorithm !== 'ES256') await this.rows.endAll();
    await this.rows.purge();
  }

  /** The key that signs now. @throws DomainError `overloaded` when the database could not be read for an hour */
  signing(): StoredKey {
    const live = this.live();
    // Where no key has started to sign, another instance, whose clock is ahead, has just created the first.
    const key = live.find(({ row }) => row.signsFrom <= this.clock.now()) ?? live.at(-1);
    if (!key) throw overloaded('There is no key to sign with; try again.');
    return key;
  }

  /** The key of this name, from memory or else from the database. */
  find(kid: string): StoredKey | Promise<StoredKey | undefined> | undefined {
    return this.known(kid) ?? (THUMBPRINT.test(kid) ? this.read(kid) : undefined);
  }

  /** All keys that may have signed a valid token or soon will, as the database has them now. */
  async published(): Promise<readonly StoredKey[]> {
    await this.reading.run();
    return this.live();
  }

  private async read(kid: string): Promise<StoredKey | undefined> {
    await this.reading.run();
    return this.known(kid);
  }

  private known(kid: string): StoredKey | undefined {
    return this.live().find((key) => key.kid === kid);
  }

  private live(): StoredKey[] {
    const now = this.clock.now();
    return this.keys.filter(({ row }) => row.endsAt === null || row.endsAt > now);
  }
}
