import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServerConfig } from '../config/server.config';

/** Headers of every answer: the request's id, the security headers, nothing kept in caches, and CORS where configured. */
export function setHeaders(app: NestFastifyApplication, config: ServerConfig): void {
  app.useSecurityHeaders({
    // The server is reached over plain HTTP on a developer's machine and behind a proxy that speaks TLS.
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
  if (config.corsOrigins.length > 0) {
    app.enableCors({
      origin: [...config.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'If-Match', 'X-Request-Id'],
      exposedHeaders: ['Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'WWW-Authenticate', 'X-Request-Id'],
      maxAge: 600,
    });
  }
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    // Tokens and personal data are in nearly every answer of the API (ASVS 14.3.2); files of the documentation are not.
    if (request.url.startsWith('/api/v1/')) reply.header('cache-control', 'no-store');
    done();
  });
}
