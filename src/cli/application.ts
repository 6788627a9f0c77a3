import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module';
import { NOTICED_AFTER_MS } from '../platform/database/connection/external-write-watcher';
import { Database } from '../platform/database/database.service';
import type { Shell } from './shell/shell';

type Work = (app: INestApplicationContext) => Promise<void>;

/** Starts the application with the settings of this process. */
export function openApplication(): Promise<INestApplicationContext> {
  // Standard output belongs to the command.
  process.env['LOG_LEVEL'] = 'silent';
  return NestFactory.createApplicationContext(AppModule, { abortOnError: false, logger: false });
}

/** Runs work with the application, which serves no requests and sends no mail. */
export async function withApplication(shell: Shell, work: Work): Promise<void> {
  const app = await shell.open();
  try {
    await work(app);
  } finally {
    await app.close();
  }
}

/** Like `withApplication`, for changes of accounts: waits until a running server has detected the change. */
export function changeAccounts(shell: Shell, work: Work): Promise<void> {
  return withApplication(shell, async (app) => {
    await work(app);
    if (app.get(Database).isSingleProcess) await new Promise((noticed) => setTimeout(noticed, NOTICED_AFTER_MS));
  });
}
