import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServerConfig } from '../../config/server.config';

/** Headers of every response, per the OWASP REST Security Cheat Sheet and ASVS 3.4. */
const COMMON = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** API responses are not pages, and nearly all contain tokens or personal data (ASVS 14.3.2). */
export const API_HEADERS = {
  ...COMMON,
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Swagger UI runs its own scripts and uses inline styles. */
const DOCS_HEADERS = {
  ...COMMON,
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
};

/** Sets the headers of every response: the request id, the security headers, and CORS if configured. */
export function setHeaders(app: NestFastifyApplication, config: ServerConfig): void {
  if (config.corsOrigins.length > 0) {
    app.enableCors({
      origin: [...config.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'If-Match', 'X-Device-Token', 'X-Request-Id'],
      exposedHeaders: [
        ...['Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'WWW-Authenticate'],
        ...['X-Device-Token', 'X-Request-Id'],
      ],
      maxAge: 600,
    });
  }
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.url.startsWith('/api/docs') ? DOCS_HEADERS : API_HEADERS);
    reply.header('x-request-id', request.id);
    done();
  });
}
