import { Injectable } from '@nestjs/common';
import { readMailbox } from '../../platform/addresses/mailbox';
import { Database } from '../../platform/database/database.service';
import { EmailAddresses } from '../../users/email-addresses.service';
import type { SignInOutcome } from '../sign-in/sign-in.service';
import type { ExternalPendingDto } from './dto/external-outcome.dto';
import { ExternalAccounts, type ExternalClient } from './external-accounts.service';
import type { ExternalFlow } from './flow/external-flow';
import type { ExternalSignIn } from './flow/external-sign-in.entity';
import { ExternalSignIns, STEP_TTL } from './flow/external-sign-ins.service';
import { ExternalIdentities } from './identities/external-identities.service';
import { invalidExternalSignIn } from './providers/provider-errors';

/** A session or a challenge, or what is needed first. */
export type ExternalResult = SignInOutcome | ExternalPendingDto;

/** Turns the result of a sign-in with a provider into a session, or into what is still needed. */
@Injectable()
export class ExternalCompletion {
  constructor(
    private readonly database: Database,
    private readonly addresses: EmailAddresses,
    private readonly identities: ExternalIdentities,
    private readonly signIns: ExternalSignIns,
    private readonly accounts: ExternalAccounts,
  ) {}

  /**
   * Exchanges the code of a result.
   * @throws DomainError `invalid_external_sign_in`; `account_deactivated` and `email_unverified` for a linked account
   */
  async exchange(client: ExternalClient, flow: ExternalFlow, code: string): Promise<ExternalResult> {
    const signIn = await this.signIns.find(flow, code, 'code');
    // It was started to link an account, and must never sign a user in.
    if (signIn.accountId !== null) throw invalidExternalSignIn();
    const mailbox = signIn.email === null ? null : readMailbox(signIn.email);
    return this.complete(client, signIn, signIn.isEmailVerified && mailbox ? mailbox.text : null);
  }

  /** Continues with an address that was proven to the provider, or here. @param email null for none */
  async complete(client: ExternalClient, signIn: ExternalSignIn, email: string | null): Promise<ExternalResult> {
    // Before the identity: an account that another request makes in between has both.
    const holder = email === null ? null : await this.provenHolder(email);
    const identity = await this.identities.find(signIn);
    if (identity) return this.accounts.enter(client, signIn, identity);
    if (email === null) return this.requireEmail(signIn);
    if (holder) return this.requireLink(signIn, holder.id, email);
    // Otherwise, another request was faster: the account is there now.
    return (await this.accounts.create(client, signIn, email)) ?? this.complete(client, signIn, email);
  }

  private async provenHolder(email: string) {
    const { holder } = await this.addresses.holderAndClaimant(email);
    return holder?.emailVerified === true ? holder : null;
  }

  private async requireLink(signIn: ExternalSignIn, accountId: string, email: string): Promise<ExternalPendingDto> {
    const linkToken = await this.signIns.advance(this.database, signIn, 'link', { accountId });
    return { status: 'link_required', linkToken, expiresIn: STEP_TTL.link, email };
  }

  private async requireEmail(signIn: ExternalSignIn): Promise<ExternalPendingDto> {
    const emailToken = await this.signIns.advance(this.database, signIn, 'email');
    const email = signIn.email === null ? null : (readMailbox(signIn.email)?.text ?? null);
    return { status: 'email_required', emailToken, expiresIn: STEP_TTL.email, email };
  }
}
