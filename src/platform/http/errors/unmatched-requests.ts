import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify';
import { DomainError } from '../../problems/domain-error';
import { type Route, RouteTable } from './route-table';

declare module 'fastify' {
  interface FastifyRequest {
    /** The pattern of an address that exists, but does not support the method of the request. */
    otherRoute?: string;
  }
}

/** The pattern of the address of a request, also where it does not support the method. @returns undefined for an unknown address */
export const patternOf = (request: FastifyRequest): string | undefined =>
  request.routeOptions.url ?? request.otherRoute;

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/**
 * Answers unsupported methods of known addresses with 405 and `Allow` (RFC 9110, 15.5.6), and unknown addresses with
 * 404, both before the body is read, so that its media type does not matter. Call before the routes are registered.
 */
export function refuseUnmatchedRequests(fastify: FastifyInstance): RouteTable {
  const routes = new RouteTable(fastify.initialConfig.routerOptions?.maxParamLength);
  fastify.addHook('onRoute', ({ url, method, handler }) => {
    if (handler !== refuse) routes.add(url, [method].flat());
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const route = routes.find(request.url);
    request.otherRoute = route?.url;
    done(route ? methodNotAllowed(route) : new DomainError('not_found', 'There is nothing at this address.'));
  });
  return routes;
}

/**
 * Answers with 405 too where the address is also one of a parameter: without these routes, `DELETE /things/options`
 * would be about the thing with the id `options`. Call after all other routes are registered.
 */
export function refuseShadowedMethods(fastify: FastifyInstance, routes: RouteTable): void {
  for (const route of routes.shadowing()) {
    const method = METHODS.filter((one) => !fastify.hasRoute({ method: one, url: route.url }));
    fastify.route({
      method,
      url: route.url,
      onRequest: (_, __, done) => done(methodNotAllowed(route)),
      handler: refuse,
    });
  }
}

const refuse = () => undefined;

function methodNotAllowed({ methods }: Route): DomainError {
  const allow = [...methods].join(', ');
  return new DomainError('method_not_allowed', `This address takes ${allow}.`, { headers: { allow } });
}
