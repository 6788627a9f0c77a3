import { rm } from 'node:fs/promises';

/** Drops the migrated databases, stops the shared PostgreSQL server and removes its files. */
export default async function tearDown(): Promise<void> {
  for (const template of globalThis.testTemplates ?? []) await template.drop();
  const postgres = globalThis.testPostgres;
  await postgres?.server.stop();
  if (postgres) await rm(postgres.folder, { recursive: true, force: true });
  if (globalThis.testScratch !== undefined)
    await rm(globalThis.testScratch, { recursive: true, force: true, maxRetries: 10 });
}
