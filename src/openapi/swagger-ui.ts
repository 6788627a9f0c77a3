import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { createDocument } from './document';

/** What Swagger UI hands to its response interceptor; it runs in the browser. */
interface UiResponse {
  ok: boolean;
  url: string;
  obj?: { accessToken?: string };
}

declare const window: {
  ui: { preauthorizeApiKey(scheme: string, token: string): void; authActions: { logout(schemes: string[]): void } };
};

/**
 * Runs in the browser, so it stands alone: the token of a register, login or refresh is used for every later call on
 * the page, and a logout forgets it.
 */
function authorizeFromResponse(response: UiResponse): UiResponse {
  const token = response.obj?.accessToken;
  if (response.ok && token) window.ui.preauthorizeApiKey('bearer', token);
  if (response.ok && response.url.endsWith('/auth/logout')) window.ui.authActions.logout(['bearer']);
  return response;
}

/** Serves Swagger UI at `/api/docs` and the document at `/api/openapi.json`. */
export function serveSwaggerUi(app: NestFastifyApplication): void {
  SwaggerModule.setup('api/docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Latchkey API',
    raw: ['json'],
    swaggerOptions: {
      responseInterceptor: authorizeFromResponse,
      tryItOutEnabled: true,
      displayRequestDuration: true,
    },
  });
}
