import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ProviderCall } from '../features/provider-call';
import type { DomainError } from '../problems/domain-error';

/**
 * Answers a refused request in another form than problem details, such as a page.
 * @returns false for a request that it leaves to the next presenter, or to problem details
 */
export type ProblemPresenter = (error: DomainError, request: FastifyRequest, reply: FastifyReply) => boolean;

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** Adds to the HTTP server before its routes are made: content type parsers, decorators, hooks, problem presenters. */
    readonly http?: ProviderCall<[fastify: FastifyInstance], void>;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Asked in turn about each refused request, before it is answered with problem details. */
    problemPresenters?: ProblemPresenter[];
  }
}
