import type { FastifyInstance, HTTPMethods } from 'fastify';
import { DomainError } from '../../problems/domain-error';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Collects the methods of each path; call before the routes are registered. */
export function collectMethods(fastify: FastifyInstance): Map<string, Set<HTTPMethods>> {
  const methods = new Map<string, Set<HTTPMethods>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  return methods;
}

/** Answers unsupported methods of a path with 405 and `Allow` (RFC 9110, 15.5.6) instead of 404. */
export function refuseOtherMethods(
  fastify: FastifyInstance,
  known: ReadonlyMap<string, ReadonlySet<HTTPMethods>>,
): void {
  for (const [url, methods] of [...known]) {
    const others = METHODS.filter((method) => !methods.has(method));
    if (url.includes('*') || others.length === 0) continue;
    const allow = [...methods].join(', ');
    fastify.route({
      method: others,
      url,
      // Refuse before the body is read, so that its media type does not matter.
      onRequest: (_request, _reply, done) =>
        done(new DomainError('method_not_allowed', `This address takes ${allow}.`, { headers: { allow } })),
      handler: () => undefined,
    });
  }
}

/** Answers unknown paths with 404 before the body is read. */
export function refuseUnknownAddresses(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) done(new DomainError('not_found', 'There is nothing at this address.'));
    else done();
  });
}
