import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What the root of the server tells a newcomer: where everything is, relative to itself, as a proxy may stand in front. */
export interface IndexDocument {
  name: 'Latchkey';
  api: string;
  docs?: string;
  openapi?: string;
  health: string;
}

/**
 * Answers `GET /`: a browser is sent to Swagger UI where that is on, everyone else gets a JSON document of links.
 * Public, and the same for everyone.
 */
export function serveIndex(fastify: FastifyInstance, { api, docs }: { api: string; docs: boolean }): void {
  const index: IndexDocument = {
    name: 'Latchkey',
    api,
    ...(docs && { docs: '/api/docs', openapi: '/api/openapi.json' }),
    health: '/health/ready',
  };
  // Both answers carry Cache-Control: no-store, so neither needs Vary, which would replace that of CORS.
  fastify.get('/', (request, reply) =>
    docs && isBrowser(request) ? reply.redirect('/api/docs', 302) : reply.send(index),
  );
}

/** Browsers ask for HTML when a person navigates; programs ask for JSON or for anything. */
const isBrowser = ({ headers: { accept = '' } }: FastifyRequest) =>
  accept.includes('text/html') && !accept.includes('application/json');
