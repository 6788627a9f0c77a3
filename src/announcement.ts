import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DatabaseConfig } from './platform/config/database.config';
import { MailConfig } from './platform/config/mail.config';
import { ServerConfig } from './platform/config/server.config';
import { Features } from './platform/features/features.service';
import { BASE_PATH } from './platform/http/api-version';
import { OwnAddress } from './platform/http/own-address.service';
import { AppLogger } from './platform/logging/app-logger.service';
import { LinkBase } from './platform/mail/link-base.service';

/** The addresses and paths of the server, as fields of a log line. Contains no credentials. */
export interface ServiceLocations {
  /** URL of the site; omitted when the application has none. */
  site?: string;
  /** Base URL of the API. */
  api: string;
  /** URL of Swagger UI; omitted when it is off. */
  docs?: string;
  /** The SQLite file, or host and name of the PostgreSQL database. */
  data: string;
  /** The folder of the messages, or the SMTP server. */
  mail: string;
}

/** Announces that the server is listening, and where: in one log line, and on a terminal in a few readable lines. */
export async function announce(app: NestFastifyApplication): Promise<void> {
  const logger = app.get(AppLogger);
  const server = app.get(ServerConfig);
  const { url } = app.get(OwnAddress);
  if (server.isProduction && !app.get(LinkBase).isConfigured) {
    logger.warn(
      `LINK_BASE_URL is not set: links in messages lead to ${url}; set it to the public address of their pages`,
    );
  }
  const hasSite = app.get(Features).all.some(({ name }) => name === 'site');
  const locations: ServiceLocations = {
    ...(hasSite && { site: url }),
    api: `${url}/${BASE_PATH}`,
    ...(server.swaggerUi && { docs: `${url}/api/docs` }),
    ...storesOf(app.get(DatabaseConfig), app.get(MailConfig)),
  };
  logger.announce(`Latchkey serves ${await app.getUrl()}`, { ...locations });
  if (process.stderr.isTTY && server.logLevel !== 'silent') process.stderr.write(forPeople(locations));
}

/** Where data and messages are stored or sent. */
export function storesOf(
  { dataDir, sqliteFile, postgresUrl }: Pick<DatabaseConfig, 'dataDir' | 'sqliteFile' | 'postgresUrl'>,
  { smtpUrl }: Pick<MailConfig, 'smtpUrl'>,
): Pick<ServiceLocations, 'data' | 'mail'> {
  return {
    data: sqliteFile ?? `PostgreSQL ${withoutCredentials(postgresUrl, ({ host, pathname }) => host + pathname)}`,
    mail:
      smtpUrl === undefined ? join(dataDir, 'mail') : `SMTP ${withoutCredentials(smtpUrl, ({ hostname }) => hostname)}`,
  };
}

/** Readable lines for a terminal. */
const forPeople = ({ site, api, docs, data, mail }: ServiceLocations): string =>
  [
    '',
    '  Latchkey is running; Ctrl-C stops it.',
    '',
    ...(site === undefined ? [] : [`  Site   ${site}`]),
    `  API    ${api}`,
    ...(docs === undefined ? [] : [`  Docs   ${docs}`]),
    `  Data   ${data}`,
    `  Mail   ${mail}`,
    '\n',
  ].join('\n');

/** A part of a URL without credentials; empty for a URL that only its driver can parse. */
const withoutCredentials = (url = '', part: (url: URL) => string): string =>
  URL.canParse(url) ? part(new URL(url)) : '';
