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
  ui: {
    preauthorizeApiKey(scheme: string, token: string): void;
    authActions: { persistAuthorizationIfNeeded(): void; logoutWithPersistOption(schemes: string[]): void };
  };
};

/**
 * Runs in the browser, so it stands alone: the token of a register, login or refresh is used for every later call on
 * the page, and a logout forgets it. Both also in the browser's storage, from which a reload takes it.
 */
function authorizeFromResponse(response: UiResponse): UiResponse {
  const token = response.obj?.accessToken;
  if (response.ok && token) {
    window.ui.preauthorizeApiKey('bearer', token);
    window.ui.authActions.persistAuthorizationIfNeeded();
  }
  if (response.ok && response.url.endsWith('/auth/logout')) window.ui.authActions.logoutWithPersistOption(['bearer']);
  return response;
}

/** An error is one row: its body and headers are the same everywhere, and described at the top. No operation has links. */
const STYLES = `
.responses-table .response:is([data-code^="4"], [data-code^="5"]) :is(.response-controls, .model-example, .headers-wrapper) { display: none }
.responses-table .response-col_links { display: none }
.swagger-ui textarea.body-param__text { min-height: 160px }
.responses-table .response .response-col_status, .responses-table .response .response-col_description { padding: 6px 0 }
`;

/** Serves Swagger UI at `/api/docs` and the document at `/api/openapi.json`. */
export function serveSwaggerUi(app: NestFastifyApplication): void {
  SwaggerModule.setup('api/docs', app, () => createDocument(app), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Latchkey API',
    customCss: STYLES,
    raw: ['json'],
    swaggerOptions: {
      responseInterceptor: authorizeFromResponse,
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
    },
  });
}
