import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../config/server.config';
import { BASE_PATH } from './api-version';

/** What the root of the server tells a newcomer: where everything is, relative to itself, as a proxy may stand in front. */
export interface IndexDocument {
  name: 'Latchkey';
  api: string;
  docs?: string;
  openapi?: string;
  health: string;
}

/** Where everything is. */
export const indexDocument = ({ swaggerUi }: Pick<ServerConfig, 'swaggerUi'>): IndexDocument => ({
  name: 'Latchkey',
  api: `/${BASE_PATH}`,
  ...(swaggerUi && { docs: '/api/docs', openapi: '/api/openapi.json' }),
  health: '/health/ready',
});

/**
 * Answers `GET /` where no feature does: a browser is sent to Swagger UI where that is on, everyone else gets a JSON
 * document of links. Public, and the same for everyone.
 */
export function serveIndex(fastify: FastifyInstance, config: Pick<ServerConfig, 'swaggerUi'>): void {
  const index = indexDocument(config);
  // Both answers carry Cache-Control: no-store, so neither needs Vary, which would replace that of CORS.
  fastify.get('/', (request, reply) =>
    config.swaggerUi && asksForPage(request) ? reply.redirect('/api/docs', 302) : reply.send(index),
  );
}

/** Whether a person navigates: browsers ask for HTML then; programs ask for JSON or for anything. */
export const asksForPage = ({ headers: { accept = '' } }: Pick<FastifyRequest, 'headers'>): boolean =>
  accept.includes('text/html') && !accept.includes('application/json');
