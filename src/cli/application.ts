import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module';
import { NOTICED_AFTER_MS } from '../platform/database/connection/external-write-watcher';
import { Database } from '../platform/database/database';

type Work = (app: INestApplicationContext) => Promise<void>;

/** Does something with the application, which serves nobody and sends no mail meanwhile. */
export async function withApplication(work: Work): Promise<void> {
  // Standard output is the command's own.
  process.env['LOG_LEVEL'] = 'silent';
  const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false, logger: false });
  try {
    await work(app);
  } finally {
    await app.close();
  }
}

/** The same for what changes accounts: when it is over, a server that runs beside it has noticed. */
export function changingAccounts(work: Work): Promise<void> {
  return withApplication(async (app) => {
    await work(app);
    if (app.get(Database).isSingleProcess) await new Promise((noticed) => setTimeout(noticed, NOTICED_AFTER_MS));
  });
}
