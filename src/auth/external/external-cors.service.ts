import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

const PATH = '/api/v1/auth/external';

/** Lets pages on the origins of CORS_ORIGINS send the cookie of a sign-in; CORS names the origins. */
@Injectable()
export class ExternalCors {
  /** Allows credentials for the routes of sign-ins with providers, and for no others. */
  addTo(fastify: FastifyInstance): void {
    // Preflights are answered before later hooks for requests run.
    fastify.addHook('onSend', (request, reply, _payload, done) => {
      if (request.url.startsWith(PATH)) reply.header('access-control-allow-credentials', 'true');
      done();
    });
  }
}
