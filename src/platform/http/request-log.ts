import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { clientAddress } from './client/client-address';
import { patternOf } from './errors/unmatched-requests';

/** Logs one line per request, with the route pattern instead of the URL, because URLs can contain secrets. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: patternOf(request) ?? 'none',
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        code: request.problem?.code,
        userId: request.user?.id,
        ip: clientAddress(request),
      },
      'request',
    );
    done();
  });
}
