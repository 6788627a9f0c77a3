import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { AnonymousCaller } from '../../users/caller';
import { OneTimeTokens } from '../links/one-time-tokens.service';
import type { SessionStart } from '../sessions/session-starter.service';
import { type SignInOutcome, SignInService } from '../sign-in/sign-in.service';
import { EmailChallengeCodec } from './email-challenge.codec';
import { EmailChallenges } from './email-challenges.service';

/** The code of a mail, and the token of the browser that asked for it. */
export interface MailedCode {
  readonly challengeToken: string;
  readonly code: string;
}

/** The same error for everything that is wrong with a code or a link. @param accountId for the audit trail */
export const invalidEmailCode = (accountId?: string) =>
  new DomainError('invalid_email_code', 'The code or link is not valid: it is wrong, was used, or has expired.', {
    accountId,
  });

/** Signs owners in who can read the mail to the address of their account. */
@Injectable()
export class EmailSignIn {
  constructor(
    private readonly database: Database,
    private readonly challenges: EmailChallenges,
    private readonly codec: EmailChallengeCodec,
    private readonly tokens: OneTimeTokens,
    private readonly signIn: SignInService,
    private readonly clock: Clock,
  ) {}

  /**
   * Exchanges a code for a session or a challenge. Of several concurrent uses, one succeeds. The code is valid only together
   * with the challenge token of the browser that asked (ASVS 6.6.2).
   * @throws DomainError `invalid_email_code`
   */
  async byCode(caller: AnonymousCaller, mailed: MailedCode, start: SessionStart): Promise<SignInOutcome> {
    const id = this.codec.decode(mailed.challengeToken);
    const counted = id === null ? null : await this.challenges.count(id);
    if (id === null || !counted) throw invalidEmailCode();
    if (!this.codec.isCode(id, mailed.code)) throw invalidEmailCode(counted.accountId ?? undefined);
    const { token } = this.tokens.values({ id, purpose: 'sign-in' });
    try {
      return await this.redeem(caller, token, start, (tx) => this.challenges.uncount(tx, id));
    } catch (error) {
      // A code that could not be judged costs no attempt.
      if (!isInvalid(error)) await this.challenges.uncount(this.database, id);
      throw error;
    }
  }

  /** Exchanges the token of a link for a session or a challenge, like `byCode`. @throws DomainError `invalid_email_code` */
  byLink(caller: AnonymousCaller, token: string, start: SessionStart): Promise<SignInOutcome> {
    return this.redeem(caller, token, start, () => Promise.resolve());
  }

  /** Uses the link, which its code stands for too: what was used by one cannot be used by the other. */
  private async redeem(
    caller: AnonymousCaller,
    text: string,
    start: SessionStart,
    work: (tx: Transaction) => Promise<void>,
  ): Promise<SignInOutcome> {
    try {
      return await this.tokens.redeem(text, ['sign-in'], async (tx, { email }, user) => {
        // Links are issued for verified addresses only; this one must still be that of the account.
        if (user.email !== email) throw invalidEmailCode(user.id);
        await work(tx);
        return this.signIn.admit(caller, tx, user, [{ method: 'email_code', at: this.clock.now() }], start);
      });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'invalid_one_time_token') {
        throw invalidEmailCode(error.accountId);
      }
      throw error;
    }
  }
}

const isInvalid = (error: unknown) => error instanceof DomainError && error.code === 'invalid_email_code';
