import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/server.config';
import { requestId } from '../logging/request-id';
import { BODY_LIMIT } from './bodies/body-limit';
import { proxyTrust } from './client/client-address';
import { answerClientError } from './errors/client-error';
import { sendProblem, toDomainError } from './errors/send-problem';

/** Longest path parameter; a longer one than any id is still the handler's to refuse. */
const MAX_PARAMETER_LENGTH = 4096;

/** Times within which a client must have sent its request, in milliseconds, so that slow ones cannot hold connections. */
const TIMEOUTS = { requestTimeout: 60_000, keepAliveTimeout: 65_000 };

/** Fastify as this program uses it. */
export function createAdapter(config: ServerConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustProxy.length > 0 && proxyTrust(config.trustProxy),
    genReqId: requestId,
    requestIdHeader: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // Probes of orchestrators live at the root.
    rewriteUrl: ({ url = '/' }) => (url.startsWith('/health/') ? `/api/v1${url}` : url),
    // Requests that arrive on a kept connection while the server drains are still answered, with Connection: close.
    return503OnClosing: false,
    // Nothing here is Express middleware.
    skipMiddie: true,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(toDomainError(error, request), request, reply),
    ...TIMEOUTS,
  });
}
