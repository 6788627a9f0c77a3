import type { FastifyInstance } from 'fastify';
import { Pacer } from '../../platform/concurrency/pacer';
import { clientAddress } from '../../platform/http/client/client-address';
import { networkOf } from '../../platform/http/client/network';

/** Refusals to one client network: a burst of 100, then 50 per second, each delayed by at most 5 seconds. */
const REFUSALS = { burst: 100, everyMs: 20, maxMs: 5000 };

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the route is limited. */
    isRateLimited?: true;
  }
}

/**
 * Delays the refusals of limited routes once a client network has had many: refusals are cheap for clients, and those
 * that retry at once would keep the event loop busy. Call after `settleAttempts`, so that delayed requests are no
 * longer in progress.
 */
export function paceRefusals(fastify: FastifyInstance): void {
  const pace = new Pacer(REFUSALS);
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const isRefusal = request.isRateLimited && reply.statusCode >= 400;
    const wait = isRefusal ? pace.wait(networkOf(clientAddress(request)), performance.now()) : 0;
    if (wait > 0) setTimeout(done, wait);
    else done();
  });
}
