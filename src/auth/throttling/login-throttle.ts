import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../../common/problems/domain-error';
import { ServerConfig } from '../../config/server.config';
import { caseless } from '../../users/users.service';

/** How many failures in how many seconds. */
interface Policy {
  name: string;
  points: number;
  duration: number;
}

/** One address guessing at one account. */
const PAIR: Policy = { name: 'login', points: 10, duration: 900 };
/** Everybody guessing at one account: NIST SP 800-63B-4, 3.2.2 allows 100 failures in a row. */
const ACCOUNT: Policy = { name: 'login-account', points: 100, duration: 3600 };
/** One address guessing at any account. */
const ADDRESS: Policy = { name: 'login-address', points: 100, duration: 900 };

/**
 * Limits failed logins, counted before the password is looked at, so that attempts at the same time count too.
 * Known and unknown names are counted alike. An owner on another address than the guesser's is not locked out by the
 * first limit. A success forgets the failures of its account.
 */
@Injectable()
export class LoginThrottle {
  private readonly pair = new RateLimiterMemory({ ...PAIR, keyPrefix: PAIR.name });
  private readonly account = new RateLimiterMemory({ ...ACCOUNT, keyPrefix: ACCOUNT.name });
  private readonly address = new RateLimiterMemory({ ...ADDRESS, keyPrefix: ADDRESS.name });

  constructor(private readonly config: ServerConfig) {}

  /**
   * Lets one attempt through and counts it unless it succeeds or could not be judged.
   * @throws DomainError `rate_limited` with `Retry-After` when there were too many before
   */
  async attempt<T>(login: string, ipAddress: string, work: () => Promise<T>): Promise<T> {
    if (!this.config.rateLimits) return work();
    const account = caseless(login);
    const pair = `${ipAddress} ${account}`;
    await consume(this.address, ADDRESS, ipAddress);
    await consume(this.account, ACCOUNT, account);
    await consume(this.pair, PAIR, pair);
    let result: T;
    try {
      result = await work();
    } catch (error) {
      // An attempt that could not be judged, as the database was away or too many waited, proves nothing.
      if (!(error instanceof DomainError) || error.code === 'overloaded') {
        await Promise.all([this.address.reward(ipAddress), this.account.reward(account), this.pair.reward(pair)]);
      }
      throw error;
    }
    await Promise.all([this.address.reward(ipAddress), this.account.delete(account), this.pair.delete(pair)]);
    return result;
  }
}

async function consume(limiter: RateLimiterMemory, policy: Policy, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw new DomainError('rate_limited', `Too many tries to log in; try again in ${seconds} seconds.`, {
      headers: {
        'retry-after': String(seconds),
        ratelimit: `"${policy.name}";r=0;t=${seconds}`,
        'ratelimit-policy': `"${policy.name}";q=${policy.points};w=${policy.duration}`,
      },
    });
  }
}
