import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/server.config';
import { BASE_PATH } from './api-version';

/** The links at the root of the server; relative, because there may be a proxy in front. */
export interface IndexDocument {
  name: 'Latchkey';
  api: string;
  docs?: string;
  openapi?: string;
  health: string;
}

/** The links at the root of the server. */
export const indexDocument = ({ swaggerUi }: Pick<ServerConfig, 'swaggerUi'>): IndexDocument => ({
  name: 'Latchkey',
  api: `/${BASE_PATH}`,
  ...(swaggerUi && { docs: '/api/docs', openapi: '/api/openapi.json' }),
  health: '/health/ready',
});

/**
 * Answers `GET /` if no feature does: redirects browsers to Swagger UI if it is on, and sends other clients a JSON document
 * of links. Public, and the same for every client.
 */
export function serveIndex(fastify: FastifyInstance, config: Pick<ServerConfig, 'swaggerUi'>): void {
  const index = indexDocument(config);
  // Both responses have Cache-Control: no-store, so neither needs Vary, which would overwrite that of CORS.
  fastify.get('/', (request, reply) =>
    config.swaggerUi && asksForPage(request) ? reply.redirect('/api/docs', 302) : reply.send(index),
  );
}

/** Whether a person navigates: browsers ask for HTML then; programs ask for JSON or for anything. */
export const asksForPage = ({ headers: { accept = '' } }: Pick<FastifyRequest, 'headers'>): boolean =>
  accept.includes('text/html') && !accept.includes('application/json');
