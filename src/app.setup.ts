import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { noteRefusals, Refusals } from './auth/refusals/refusals';
import { settleAttempts } from './auth/throttling/attempt';
import { paceRefusals } from './auth/throttling/paced-refusals';
import { RequestValidationPipe } from './common/validation/validation.pipe';
import { ResponseConfig } from './config/response.config';
import { ServerConfig } from './config/server.config';
import { Database } from './database/database';
import { boundAnswers } from './http/answers/bound-answers';
import { AppLogger } from './http/app-logger';
import { limitBodies } from './http/bodies/body-limit';
import { parseJsonOnly } from './http/body-parser';
import { serveIndex } from './http/index-document';
import { collectMethods, refuseOtherMethods, refuseUnknownAddresses } from './http/method-not-allowed';
import { ProblemFilter } from './http/problem.filter';
import { logRequests } from './http/request-log';
import { declareRequestProperties } from './http/request-properties';
import { setHeaders } from './http/response-headers';
import { drainOnShutdown } from './http/shutdown';
import { OutboxWorker } from './mail/outbox-worker';
import { serveSwaggerUi } from './openapi/swagger-ui';
import { Quotas } from './ownership/quotas';

/** The base path of the API's first version. */
export const BASE_PATH = 'api/v1';

/** Makes the application what it is, for the program and for every test alike. Call once, before it listens. */
export async function configureApp(app: NestFastifyApplication): Promise<void> {
  const config = app.get(ServerConfig);
  const logger = app.get(AppLogger);
  const fastify = app.getHttpAdapter().getInstance();
  app.useLogger(logger);
  app.setGlobalPrefix(BASE_PATH);
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
  boundAnswers(fastify, app.get(ResponseConfig), logger.pino);
  setHeaders(app, config);
  refuseUnknownAddresses(fastify);
  declareRequestProperties(fastify);
  limitBodies(app, fastify);
  parseJsonOnly(fastify);
  logRequests(fastify, logger.pino);
  settleAttempts(fastify);
  paceRefusals(fastify);
  noteRefusals(fastify, app.get(Refusals));
  const methods = collectMethods(fastify);
  serveIndex(fastify, { api: `/${BASE_PATH}`, docs: config.swaggerUi });
  if (config.swaggerUi) serveSwaggerUi(app);
  drainOnShutdown(app);
  await app.init();
  refuseOtherMethods(fastify, methods);
  await app.get(Database).watchForeignWrites();
  await app.get(Quotas).publish();
  app.get(OutboxWorker).start();
}
