import { rm } from 'node:fs/promises';

/** Stops the shared PostgreSQL server and removes its files. */
export default async function tearDown(): Promise<void> {
  const postgres = globalThis.testPostgres;
  await postgres?.server.stop();
  if (postgres) await rm(postgres.folder, { recursive: true, force: true });
}
