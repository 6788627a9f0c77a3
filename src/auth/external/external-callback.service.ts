import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { AppLogger } from '../../platform/logging/app-logger.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { AnonymousCaller } from '../../users/caller';
import { admitForm } from '../rate-limits/rate-limit.guard';
import type { ExternalFlow } from './flow/external-flow';
import type { ExternalSignIn } from './flow/external-sign-in.entity';
import { ExternalSignIns } from './flow/external-sign-ins.service';
import { FlowCookies } from './flow/flow-cookies.service';
import { ExternalProviders } from './providers/external-providers.service';
import { describe, invalidExternalSignIn } from './providers/provider-errors';

/** Takes browsers back from providers. */
@Injectable()
export class ExternalCallback {
  constructor(
    private readonly providers: ExternalProviders,
    private readonly cookies: FlowCookies,
    private readonly signIns: ExternalSignIns,
    private readonly audit: AuditWriter,
    private readonly logger: AppLogger,
  ) {}

  /**
   * Exchanges the answer of a provider for a code, in the fragment of the address that the client asked for. Once the
   * state has shown that this browser started the sign-in, a failure leads there too, with its code as `error`. For a
   * page of the site, neither leaves the server.
   * @returns where the browser goes; @throws DomainError `not_found`, `invalid_external_sign_in`; for a page, also what
   * was wrong with the answer: `external_denied`, `overloaded`
   */
  async receive(caller: AnonymousCaller, request: FastifyRequest, provider: string): Promise<string> {
    this.providers.assertKnown(provider);
    const flow = await this.cookies.get(request);
    const query = new URL(request.url, 'http://localhost').search;
    const [state, ...others] = new URLSearchParams(query).getAll('state');
    const isOurs = state !== undefined && others.length === 0 && isSame(state, flow.state);
    if (!isOurs || flow.provider !== provider) throw invalidExternalSignIn();
    await admitForm(request);
    const signIn = await this.signIns.begin(flow);
    const result = await this.resultOf(caller, flow, signIn, query);
    return flow.page === null ? `${flow.redirectTo}#${result}` : flow.redirectTo;
  }

  private async resultOf(
    caller: AnonymousCaller,
    flow: ExternalFlow,
    signIn: ExternalSignIn,
    query: string,
  ): Promise<string> {
    try {
      const profile = await this.providers.profileOf(flow.provider, query, flow);
      // The owner confirms a link on a page, which may take longer than the life of a code.
      const next = flow.page !== null && flow.intent === 'link' ? 'link' : 'code';
      return `code=${await this.signIns.finish(signIn, profile, next)}`;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { provider, accountId } = flow;
      this.logger.pino.warn({ provider, reason: describe(error.cause) }, 'A sign-in with a provider failed');
      const details = { provider, reason: error.code };
      await this.audit.recordAlone({ type: 'external.refused', result: 'failure', actor: caller, accountId, details });
      if (flow.page === null) return `error=${error.code}`;
      throw new DomainError(error.code, error.message, { headers: error.headers, isRecorded: true, cause: error });
    }
  }
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
