import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Time for requests in flight to finish after the signal, in milliseconds; then their connections are closed. */
const DRAIN_MS = 8_000;

/**
 * On SIGTERM or SIGINT: stops accepting connections, finishes requests in flight, closes the database, exits with 0. A
 * client that never finishes its request cannot delay this beyond the drain time.
 */
export function drainOnShutdown(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), DRAIN_MS).unref();
    done();
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
}
