import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { FairShares } from '../../concurrency/fair-shares';
import type { ResponseConfig } from '../../config/response.config';
import { overloaded } from '../../problems/domain-error';
import { clientAddress } from '../client/client-address';
import { networkOf } from '../client/network';
import { Connections } from './connections';
import { unreadBytes } from './unread-bytes';

/** Interval of the check for clients that do not read, in milliseconds. */
const SWEEP_MS = 500;

/**
 * Bounds the cost of clients that do not read (docs/adr/0015-bounded-answers.md): requests of a connection are served
 * one after the other, the unread bytes of large responses are bounded per account, per client network and in total,
 * and a client that reads too slowly is disconnected. Call before any other hook.
 */
export function boundAnswers(fastify: FastifyInstance, config: ResponseConfig, logger: Logger): void {
  const connections = new Connections();
  fastify.addHook('onRequest', (request, reply, done) => {
    connections.enter(request.raw.socket, reply.raw, done);
  });
  boundUnreadBytes(fastify, config);
  cutSlowReaders(fastify, connections, config, logger);
}

function boundUnreadBytes(fastify: FastifyInstance, config: ResponseConfig): void {
  const unread = new FairShares({ each: config.unreadBytesPerClient, total: config.unreadBytes });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const bytes = unreadBytes(payload);
    // If the client is already gone, nothing would release its share.
    if (bytes === 0 || reply.raw.destroyed) {
      done();
      return;
    }
    const giveBack = unread.take(
      { account: request.user?.id ?? null, network: networkOf(clientAddress(request)) },
      bytes,
    );
    if (giveBack) {
      reply.raw.once('close', giveBack);
      done();
    } else {
      if (payload instanceof Readable) payload.destroy();
      done(overloaded('Too many responses are unread; read them, or try again shortly.'));
    }
  });
}

function cutSlowReaders(
  fastify: FastifyInstance,
  connections: Connections,
  { readSeconds, pageBytes }: ResponseConfig,
  logger: Logger,
): void {
  const pace = { bytes: pageBytes, ms: readSeconds * 1000 };
  const sweep = setInterval(() => {
    const cut = connections.cutSlow(pace);
    if (cut > 0) logger.warn({ connections: cut }, 'Clients that read too slowly were disconnected');
  }, SWEEP_MS).unref();
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(sweep);
    done();
  });
}
