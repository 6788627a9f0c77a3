import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BASE_PATH } from '../../platform/http/api-version';
import { asksForPage } from '../../platform/http/index-document';
import type { DomainError } from '../../platform/problems/domain-error';
import { ProblemPages } from '../pages/problem-pages.service';
import { failurePage } from './failure-page';
import { startOf } from './page-flow';
import { PageFlows } from './page-flows.service';

/** The one route of the API that a person sees: providers send their browsers there. */
const CALLBACK = `/${BASE_PATH}/auth/external/:provider/callback`;

/** Answers browsers with a page when they come back from a provider and something is wrong. */
@Injectable()
export class ExternalFailures {
  constructor(
    private readonly flows: PageFlows,
    private readonly pages: ProblemPages,
  ) {}

  addTo(fastify: FastifyInstance): void {
    fastify.problemPresenters?.push((error, request, reply) => this.present(error, request, reply));
  }

  private present(error: DomainError, request: FastifyRequest, reply: FastifyReply): boolean {
    if (request.routeOptions.url !== CALLBACK || !asksForPage(request)) return false;
    const send = (back: string) => this.pages.show(error, failurePage(error, back), request, reply);
    // Whatever is wrong with the cookie must not turn this refusal into another one.
    void this.flows.held(request).then(
      (flow) => send(startOf(flow)),
      () => send('/login'),
    );
    return true;
  }
}
