import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { settleAttempts } from './auth/rate-limits/attempt';
import { paceRefusals } from './auth/rate-limits/paced-refusals';
import { recordRefusals, RefusalRecorder } from './auth/refusals/refusal-recorder.service';
import { QuotaPublisher } from './ownership/quota-publisher.service';
import { ResponseConfig } from './platform/config/response.config';
import { ServerConfig } from './platform/config/server.config';
import { Database } from './platform/database/database.service';
import { boundAnswers } from './platform/http/answers/bound-answers';
import { setHeaders } from './platform/http/answers/response-headers';
import { limitBodies } from './platform/http/bodies/body-limit';
import { parseJsonOnly } from './platform/http/bodies/body-parser';
import { collectMethods, refuseOtherMethods, refuseUnknownAddresses } from './platform/http/errors/method-not-allowed';
import { ProblemFilter } from './platform/http/errors/problem.filter';
import { serveIndex } from './platform/http/index-document';
import { logRequests } from './platform/http/request-log';
import { declareRequestProperties } from './platform/http/request-properties';
import { drainOnShutdown } from './platform/http/shutdown';
import { Scheduler } from './platform/jobs/scheduler.service';
import { AppLogger } from './platform/logging/app-logger.service';
import { serveSwaggerUi } from './platform/openapi/swagger-ui';
import { RequestValidationPipe } from './platform/validation/request-validation.pipe';

/** The base path of the API's first version. */
export const BASE_PATH = 'api/v1';

/** Configures the application, for the server and for every test. Call once, before it listens. */
export async function configureApp(app: NestFastifyApplication): Promise<void> {
  const config = app.get(ServerConfig);
  const logger = app.get(AppLogger);
  const fastify = app.getHttpAdapter().getInstance();
  app.useLogger(logger);
  app.setGlobalPrefix(BASE_PATH);
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(logger, app.get(Database)));
  boundAnswers(fastify, app.get(ResponseConfig), logger.pino);
  setHeaders(app, config);
  refuseUnknownAddresses(fastify);
  declareRequestProperties(fastify);
  limitBodies(app, fastify);
  parseJsonOnly(fastify);
  logRequests(fastify, logger.pino);
  settleAttempts(fastify);
  paceRefusals(fastify);
  recordRefusals(fastify, app.get(RefusalRecorder));
  const methods = collectMethods(fastify);
  serveIndex(fastify, { api: `/${BASE_PATH}`, docs: config.swaggerUi });
  if (config.swaggerUi) serveSwaggerUi(app);
  drainOnShutdown(app);
  await app.init();
  refuseOtherMethods(fastify, methods);
  await app.get(Database).watchExternalWrites();
  await app.get(QuotaPublisher).publish();
  app.get(Scheduler).start();
}
