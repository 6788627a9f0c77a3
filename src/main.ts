import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { announce } from './announcement';
import { AppModule } from './app.module';
import { configureApp } from './app.setup';
import { PasswordPolicy } from './auth/passwords/password-policy.service';
import { ServerConfig } from './platform/config/server.config';
import { createAdapter } from './platform/http/adapter';
import { isError } from './platform/kernel/is-error';

/** The process exits this long after a signal at the latest, in milliseconds. */
const MAX_SHUTDOWN_MS = 9_000;

/** The estimator of passwords is loaded this long after the start, in milliseconds. */
const PREPARE_AFTER_MS = 1_000;

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  const config = new ServerConfig(process.env);
  const options = { abortOnError: false, bodyParser: false, logger: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, createAdapter(config), options);
  await configureApp(app);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => setTimeout(() => process.exit(0), MAX_SHUTDOWN_MS).unref());
  }
  await app.listen(config.port, config.host);
  await announce(app);
  // It takes a quarter as long as the start, which requests that waited for the server need not wait for as well. A request
  // that sets a password before then loads the estimator itself.
  await sleep(PREPARE_AFTER_MS, undefined, { ref: false });
  await app.get(PasswordPolicy).prepare();
}

main().catch((error: unknown) => {
  console.error(`Latchkey cannot start: ${isError(error) ? error.message : String(error)}`);
  process.exit(1);
});
