import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DeviceTokens } from '../../auth/devices/device-tokens.service';
import { externalClientOf } from '../../auth/external/external-accounts.service';
import { ExternalCompletion, type ExternalResult } from '../../auth/external/external-completion.service';
import { ExternalEmail } from '../../auth/external/external-email.service';
import { ExternalSignIns } from '../../auth/external/flow/external-sign-ins.service';
import { anonymous, callerOf } from '../../users/caller';
import { loginPath } from '../pages/site-path';
import { Redirect } from '../rendering/page-answer';
import { linkRequiredText } from '../rendering/texts';
import { SiteSignIn } from '../sign-in/site-sign-in.service';
import { IDENTITIES, type PageFlow } from './page-flow';
import { PageFlows } from './page-flows.service';

/** Finishes sign-ins with providers in a browser. */
@Injectable()
export class ExternalPageSignIns {
  constructor(
    private readonly completion: ExternalCompletion,
    private readonly emails: ExternalEmail,
    private readonly signIns: ExternalSignIns,
    private readonly flows: PageFlows,
    private readonly site: SiteSignIn,
    private readonly devices: DeviceTokens,
  ) {}

  /** Continues with what the provider said. @throws DomainError as `ExternalCompletion.exchange` */
  async complete(reply: FastifyReply, flow: PageFlow): Promise<Redirect> {
    const client = externalClientOf(this.devices, reply.request, flow.page.remembered);
    return this.goOn(reply, flow, await this.completion.exchange(client, flow, this.signIns.tokenFor(flow, 'code')));
  }

  /** The address that the provider named without having verified it, or that was entered last; null for none. */
  async emailOf(flow: PageFlow): Promise<string | null> {
    const { email } = await this.signIns.find(flow, this.signIns.tokenFor(flow, 'email'), 'email');
    return email;
  }

  /** Mails a code. @throws DomainError as `ExternalEmail.send` */
  async mail(reply: FastifyReply, flow: PageFlow, email: string): Promise<void> {
    const { client } = callerOf(reply.request);
    await this.emails.send(anonymous(client), flow, this.signIns.tokenFor(flow, 'email'), email);
  }

  /** Continues with an address that a mailed code proves. @throws DomainError as `ExternalEmail.verify` */
  async verify(reply: FastifyReply, flow: PageFlow, code: string): Promise<Redirect> {
    const { signIn, email } = await this.emails.verify(flow, this.signIns.tokenFor(flow, 'email'), code);
    const client = externalClientOf(this.devices, reply.request, flow.page.remembered);
    return this.goOn(reply, flow, await this.completion.complete(client, signIn, email));
  }

  private async goOn(reply: FastifyReply, flow: PageFlow, result: ExternalResult): Promise<Redirect> {
    if (!('status' in result)) return this.site.goOn(reply, result, flow.page.next);
    if (result.status === 'email_required') return new Redirect('/login/external-email');
    const text = linkRequiredText(this.flows.nameOf(flow.provider), result.email ?? '');
    return new Redirect(loginPath(`${IDENTITIES}/link`), { category: 'message', text });
  }
}
