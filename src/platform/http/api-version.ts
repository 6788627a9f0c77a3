import { type INestApplication, VersioningType } from '@nestjs/common';

const PREFIX = 'api/v';
const VERSION = '1';

/** The base path of the API's first version, without slashes at its ends. */
export const BASE_PATH = `${PREFIX}${VERSION}`;

/** Puts every controller below `/api/v1`, unless it says `version: VERSION_NEUTRAL`, as controllers of pages do. */
export function serveBelowVersion(app: INestApplication): void {
  app.enableVersioning({ type: VersioningType.URI, prefix: PREFIX, defaultVersion: VERSION });
}

/** Whether an address is the API's, its documentation's, its public keys' or a probe's: everything else is a page. */
export const isApiAddress = (url: string): boolean => /^\/(?:api|health|\.well-known\/jwks\.json)(?:[/?#]|$)/.test(url);
