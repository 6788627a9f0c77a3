import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Requests in flight may take this long to finish after the signal, in milliseconds; then their connections are cut. */
const DRAIN_MS = 8_000;

/**
 * On SIGTERM or SIGINT: stops accepting, finishes what is in flight, closes the database, exits with 0.
 * A client that never finishes its request cannot hold the program longer than the drain time.
 */
export function drainOnShutdown(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), DRAIN_MS).unref();
    done();
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
}
