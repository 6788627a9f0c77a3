import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AuditWriter } from '../../../platform/audit/audit-writer.service';
import type { Actor } from '../../../platform/audit/domain-events';
import { ConcurrencyLimiter } from '../../../platform/concurrency/concurrency-limiter';
import { SignInConfig } from '../../../platform/config/sign-in/sign-in.config';
import { ConfigError } from '../../../platform/config/variables/environment';
import { networkOf } from '../../../platform/http/client/network';
import { isError } from '../../../platform/kernel/is-error';
import { AppLogger } from '../../../platform/logging/app-logger.service';
import { type BreachSource, InvalidBreachData } from './breach-source';
import { RangeApi } from './range-api';
import { SortedHashFile } from './sorted-hash-file';

/** Why a password could not be compared. */
export type BreachCheckFailure = 'timeout' | 'unavailable' | 'invalid-data';

/** Questions that may wait for a place, and how long, in milliseconds. */
const WAITING = { queue: 200, waitMs: 1000, refusal: 'Too many passwords are being compared with leaked ones.' };

/**
 * Knows the passwords that were leaked elsewhere (ASVS 6.2.12; NIST SP 800-63B-4, 3.1.1.2), from a file or from the range
 * API. Neither a password nor any part of its hash is ever logged.
 */
@Injectable()
export class BreachedPasswords implements OnModuleInit, OnApplicationShutdown {
  private source: BreachSource | null = null;
  private limiter = new ConcurrencyLimiter({ places: 1, ...WAITING });

  constructor(
    private readonly config: SignInConfig,
    private readonly audit: AuditWriter,
    private readonly logger: AppLogger,
  ) {}

  /** @throws ConfigError for a file that cannot be searched */
  async onModuleInit(): Promise<void> {
    this.source = await this.open();
    if (this.source) this.limiter = new ConcurrencyLimiter({ places: this.source.places, ...WAITING });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.source?.close();
  }

  /**
   * Whether a password was leaked. When that cannot be found out, the answer is no, and the failure is recorded: a
   * service that is down must not keep people from changing their passwords.
   * @param accountId null for an account that does not exist yet
   */
  async has(password: string, actor: Actor, accountId: string | null): Promise<boolean> {
    const { source } = this;
    if (!source) return false;
    try {
      const hash = createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase();
      return await this.limiter.run(() => source.has(hash), networkOf(actor.client?.ipAddress ?? ''));
    } catch (error) {
      const reason = reasonFor(error);
      this.logger.pino.warn({ err: error, reason }, 'A password could not be compared with leaked ones');
      const event = { type: 'password.breach-check-failed', result: 'failure' } as const;
      await this.audit.recordAlone({ ...event, actor, accountId, details: { reason } });
      return false;
    }
  }

  private async open(): Promise<BreachSource | null> {
    const { breachedPasswords: from } = this.config;
    if (from === null) return null;
    if ('url' in from) return new RangeApi(from.url);
    try {
      return await SortedHashFile.open(from.file);
    } catch (error) {
      const fault =
        error instanceof InvalidBreachData ? `${from.file} ${error.message}` : `cannot be read: ${message(error)}`;
      throw new ConfigError(`BREACHED_PASSWORDS_FILE: ${fault}`);
    }
  }
}

const message = (error: unknown) => (isError(error) ? error.message : String(error));

function reasonFor(error: unknown): BreachCheckFailure {
  if (error instanceof InvalidBreachData) return 'invalid-data';
  return isError(error) && error.name === 'TimeoutError' ? 'timeout' : 'unavailable';
}
