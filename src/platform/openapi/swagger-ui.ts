import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { createDocument } from './document';

/** The argument of Swagger UI's response interceptor, which runs in the browser. */
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
 * Runs in the browser, so it must be self-contained: sets the token of a register, login or refresh as authorization
 * for later calls on the page, and clears it on logout. The browser's storage keeps it across reloads.
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

/**
 * Shows each error as one row: body and headers are the same for all, and described at the top. No operation has links.
 */
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
