import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../../platform/audit/audit-writer.service';
import type { DomainEventDetails } from '../../../platform/audit/domain-events';
import { AuthConfig } from '../../../platform/config/auth.config';
import type { ClientInfo } from '../../../platform/http/client/client-info';
import { DomainError } from '../../../platform/problems/domain-error';
import { anonymous } from '../../../users/caller';
import { EmailAddresses } from '../../../users/email-addresses.service';
import type { AccountProof } from '../../../users/proof';
import type { User } from '../../../users/user.entity';
import { signInRefusal } from '../../sign-in/sign-in-refusal';
import type { HashRequester } from '../hashing/hash-requester';
import { PasswordsService, type StoredHash } from '../passwords.service';

/** An account, and the proof that its password was correct. */
export interface VerifiedCredentials {
  user: User;
  proof: AccountProof;
}

/** The client of a login. */
export interface LoginClient {
  readonly client: ClientInfo;
  /** The requester of the hash for a candidate account; null for an unknown name. */
  readonly requesterFor: (user: User | null) => HashRequester;
  /** The account of the login name, if it was already looked up for the limits on attempts. */
  readonly named: Candidate | undefined;
}

/** A candidate account for a login name; null for none. */
export interface Candidate {
  readonly user: User | null;
  /** Undefined until it is read. */
  readonly stored?: StoredHash | null;
}

/** The candidate for an unknown name. */
export const UNKNOWN_ACCOUNT: Candidate = { user: null, stored: null };

/** The same error for an unknown name and a wrong password. */
export const invalidCredentials = () =>
  new DomainError('invalid_credentials', 'The username or the password is wrong.');

/** Why a login is refused: for the audit trail, and for the client. */
interface Refusal {
  readonly reason: DomainEventDetails['session.refused']['reason'];
  readonly error: () => DomainError;
}

/** Checks a login name and its password. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly addresses: EmailAddresses,
    private readonly passwords: PasswordsService,
    private readonly config: AuthConfig,
    private readonly audit: AuditWriter,
  ) {}

  /**
   * Checks a login name and its password. An unknown name costs and responds the same as a wrong password (ASVS 6.3.8).
   * Refusals are recorded.
   * @throws DomainError `invalid_credentials`; `account_deactivated` and `email_unverified` only when the password is
   * correct
   */
  async check(login: string, password: string, client: LoginClient): Promise<VerifiedCredentials> {
    const { user, hash } = await this.verify(await this.candidates(login, client), password, client);
    const refusal = this.refusal(user, hash !== null);
    if (user && hash !== null && !refusal) {
      return { user, proof: this.passwords.proofOf(user, hash, invalidCredentials) };
    }
    await this.audit.recordAlone({
      type: 'session.refused',
      result: 'failure',
      actor: anonymous(client.client),
      accountId: user?.id ?? null,
      details: { reason: refusal?.reason ?? 'unknown-account' },
    });
    throw refusal?.error() ?? invalidCredentials();
  }

  /**
   * The candidate accounts of a login name, in the order in which they are tried. Where addresses must be verified, the
   * account that holds an address and one that only asserts it are both tried, and the same number of hashes is
   * computed in every case: an attacker who registers another person's address must not learn from a login with it
   * whether the address was known.
   */
  private async candidates(login: string, { named }: LoginClient): Promise<readonly Candidate[]> {
    if (this.config.emailVerification !== 'required' || !login.includes('@')) {
      return [named ?? (await this.passwords.findByLogin(login)) ?? UNKNOWN_ACCOUNT];
    }
    const { holder, claimant } = await this.addresses.holderAndClaimant(login);
    return [{ user: holder }, { user: claimant }];
  }

  private async verify(candidates: readonly Candidate[], password: string, client: LoginClient) {
    for (const { user, stored = await this.passwords.find(user?.id ?? null) } of candidates) {
      const hash = await this.passwords.verify(stored, password, client.requesterFor(user));
      if (hash !== null) return { user, hash };
    }
    return { user: candidates.find(({ user }) => user !== null)?.user ?? null, hash: null };
  }

  private refusal(user: User | null, isRight: boolean): Refusal | null {
    if (!user) return { reason: 'unknown-account', error: invalidCredentials };
    return isRight ? signInRefusal(user, this.config) : { reason: 'wrong-password', error: invalidCredentials };
  }
}
