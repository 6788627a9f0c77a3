import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ExternalStart } from '../../auth/external/external-start.service';
import type { ExternalIntent, PageState } from '../../auth/external/flow/external-flow';
import { FlowCookies } from '../../auth/external/flow/flow-cookies.service';
import { ExternalProviders } from '../../auth/external/providers/external-providers.service';
import { DomainError } from '../../platform/problems/domain-error';
import { callerOf } from '../../users/caller';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { type PageFlow, RETURN, startOf } from './page-flow';

/** Sign-ins with providers that pages start. The browser holds them, in the sealed cookie of the API's own flow. */
@Injectable()
export class PageFlows {
  constructor(
    private readonly starts: ExternalStart,
    private readonly cookies: FlowCookies,
    private readonly providers: ExternalProviders,
  ) {}

  /**
   * Starts a sign-in, by a page that sends the browser on to the provider. A redirect would not do: browsers apply
   * `form-action` to where a form leads in the end, and a provider may lead on to hosts that only it knows.
   * @throws DomainError as `ExternalStart.start`
   */
  async leave(reply: FastifyReply, provider: string, intent: ExternalIntent, page: PageState): Promise<View> {
    const caller = callerOf(reply.request);
    const { flow, authorizationUrl } = await this.starts.startOnPage(caller, provider, intent, RETURN, page);
    await this.cookies.set(reply, flow);
    void reply.header('refresh', `0;url=${authorizationUrl}`);
    return new View('external/leave', { name: this.nameOf(provider), url: authorizationUrl });
  }

  /** The sign-in that the browser holds, if a page has started it; otherwise null. */
  async held(request: FastifyRequest): Promise<PageFlow | null> {
    try {
      const { page, ...flow } = await this.cookies.get(request);
      return page && { ...flow, page };
    } catch (error) {
      if (isInvalid(error)) return null;
      throw error;
    }
  }

  /**
   * Continues the sign-in that the browser holds. Without one that is still valid, it starts again.
   * @param start the page to start on
   */
  async continue(
    request: FastifyRequest,
    work: (flow: PageFlow) => Promise<PageAnswer>,
    start: (flow: PageFlow | null) => string = startOf,
  ): Promise<PageAnswer> {
    const flow = await this.held(request);
    try {
      if (flow) return await work(flow);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      request.problem = error;
    }
    return new Redirect(start(flow), { category: 'warning', text: TEXTS.externalExpired });
  }

  /** The name of a provider for people. */
  nameOf(provider: string): string {
    return this.providers.all.find(({ id }) => id === provider)?.name ?? provider;
  }
}

const isInvalid = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.code === 'invalid_external_sign_in';
