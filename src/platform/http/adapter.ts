import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/server.config';
import { requestId } from '../logging/request-id';
import { BODY_LIMIT } from './bodies/body-limit';
import { proxyTrust } from './client/client-address';
import { answerClientError } from './errors/client-error';
import { sendProblem, toDomainError } from './errors/send-problem';

/** Longest path parameter; beyond the length of an id, the handler still gets to refuse it. */
const MAX_PARAMETER_LENGTH = 4096;

/** Timeouts in milliseconds, so that slow clients cannot hold connections. */
const TIMEOUTS = { requestTimeout: 60_000, keepAliveTimeout: 65_000 };

/** Creates the Fastify adapter. */
export function createAdapter(config: ServerConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustProxy.length > 0 && proxyTrust(config.trustProxy),
    genReqId: requestId,
    requestIdHeader: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // Orchestrators probe at the root.
    rewriteUrl: ({ url = '/' }) => (url.startsWith('/health/') ? `/api/v1${url}` : url),
    // Requests on a keep-alive connection are still answered while the server drains, with Connection: close.
    return503OnClosing: false,
    // Nothing here is Express middleware.
    skipMiddie: true,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(toDomainError(error, request), request, reply),
    ...TIMEOUTS,
  });
}
