import type { FastifyInstance, FastifyRequest } from 'fastify';

/** The links at the root of the server; relative, because there may be a proxy in front. */
export interface IndexDocument {
  name: 'Latchkey';
  api: string;
  docs?: string;
  openapi?: string;
  health: string;
}

/**
 * Answers `GET /`: redirects browsers to Swagger UI if it is on, and sends other clients a JSON document of links.
 * Public, and the same for every client.
 */
export function serveIndex(fastify: FastifyInstance, { api, docs }: { api: string; docs: boolean }): void {
  const index: IndexDocument = {
    name: 'Latchkey',
    api,
    ...(docs && { docs: '/api/docs', openapi: '/api/openapi.json' }),
    health: '/health/ready',
  };
  // Both responses have Cache-Control: no-store, so neither needs Vary, which would overwrite that of CORS.
  fastify.get('/', (request, reply) =>
    docs && isBrowser(request) ? reply.redirect('/api/docs', 302) : reply.send(index),
  );
}

/** Browsers ask for HTML when a person navigates; programs ask for JSON or for anything. */
const isBrowser = ({ headers: { accept = '' } }: FastifyRequest) =>
  accept.includes('text/html') && !accept.includes('application/json');
