/** Stops the shared PostgreSQL server; its files go with it. */
export default async function tearDown(): Promise<void> {
  await globalThis.testPostgres?.stop();
}
