import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuthConfig } from '../../platform/config/auth.config';
import type { Transaction } from '../../platform/database/transaction';
import { clientInfoOf } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError, overloaded } from '../../platform/problems/domain-error';
import { anonymous, type AnonymousCaller } from '../../users/caller';
import { EmailAddresses } from '../../users/email-addresses.service';
import type { AccountProof } from '../../users/proof';
import { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import type { DeviceTokens } from '../devices/device-tokens.service';
import { signInRefusal } from '../sign-in/sign-in-refusal';
import { type SignInOutcome, SignInService } from '../sign-in/sign-in.service';
import type { ExternalSignIn } from './flow/external-sign-in.entity';
import { ExternalSignIns } from './flow/external-sign-ins.service';
import { ExternalIdentities } from './identities/external-identities.service';
import type { ExternalIdentity } from './identities/external-identity.entity';
import { invalidExternalSignIn } from './providers/provider-errors';
import { usernameLike } from './username';

/** The client of a sign-in with a provider. */
export interface ExternalClient {
  readonly caller: AnonymousCaller;
  /** The session is to be kept for 30 days. */
  readonly remembered: boolean;
  /** Whether its device has signed in to the account before. */
  knows(account: User): boolean;
}

/** The client of a request. @param remembered the session is to be kept for 30 days */
export const externalClientOf = (
  devices: DeviceTokens,
  request: FastifyRequest,
  remembered = false,
): ExternalClient => ({
  caller: anonymous(clientInfoOf(request)),
  remembered,
  knows: (account) => devices.recognize(request, account) !== undefined,
});

/** How often another username is tried when one is taken. */
const MAX_ATTEMPTS = 5;

/** Signs accounts in by what a provider says, and makes new ones. */
@Injectable()
export class ExternalAccounts {
  constructor(
    private readonly users: UsersService,
    private readonly addresses: EmailAddresses,
    private readonly identities: ExternalIdentities,
    private readonly signIns: ExternalSignIns,
    private readonly signIn: SignInService,
    private readonly config: AuthConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs in to the account that an identity is linked to.
   * @throws DomainError `invalid_external_sign_in`, `account_deactivated`, `email_unverified`
   */
  async enter(client: ExternalClient, signIn: ExternalSignIn, identity: ExternalIdentity): Promise<SignInOutcome> {
    const account = await this.users.findById(identity.userId);
    if (!account) throw invalidExternalSignIn();
    const refusal = signInRefusal(account, this.config);
    if (refusal) throw refusal.error();
    const proof: AccountProof = {
      ...this.proof(),
      accountId: account.id,
      isCurrent: async (tx) => {
        await this.signIns.spend(tx, signIn);
        return this.identities.use(tx, identity);
      },
      refusal: () => invalidExternalSignIn(),
    };
    return this.signIn.begin(client.caller, proof, {
      remembered: client.remembered,
      isExpected: client.knows(account),
    });
  }

  /**
   * Creates an account that holds a proven address. Accounts that have not proven it only assert it from then on.
   * @returns null when another account has just proven it, or the identity was just linked
   * @throws DomainError `invalid_external_sign_in`
   */
  async create(client: ExternalClient, signIn: ExternalSignIn, email: string): Promise<SignInOutcome | null> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      try {
        return await this.createAs(client, signIn, usernameLike(signIn.username ?? email, attempt), email);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error.code === 'email_taken' || error.code === 'conflict') return null;
        if (error.code !== 'username_taken') throw error;
      }
    }
    throw overloaded('No free username was found; try again.');
  }

  private async createAs(
    { caller, remembered }: ExternalClient,
    signIn: ExternalSignIn,
    username: string,
    email: string,
  ): Promise<SignInOutcome | null> {
    let outcome: SignInOutcome | null = null;
    await this.users.create(caller, { username, email, holdsEmail: false }, async (tx, made) => {
      await this.signIns.spend(tx, signIn);
      await this.giveAddress(tx, made, email);
      const { provider, issuer, subject } = signIn;
      const identity = await this.identities.add(tx, caller, { userId: made.id, provider, issuer, subject, email });
      await this.identities.use(tx, identity);
      outcome = await this.signIn.admit(caller, tx, made, [this.proof()], { remembered, isExpected: true });
    });
    return outcome;
  }

  /** Gives a new account its address, and tells so what runs after it in the transaction. */
  private async giveAddress(tx: Transaction, made: User, email: string): Promise<void> {
    await this.addresses.prove(tx, made.id, email);
    Object.assign(made, await tx.findById(User, made.id));
  }

  private proof() {
    return { method: 'external', at: this.clock.now() } as const;
  }
}
