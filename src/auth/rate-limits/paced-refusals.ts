import type { FastifyInstance } from 'fastify';
import { Pacer } from '../../platform/concurrency/pacer';
import { clientAddress } from '../../platform/http/client/client-address';
import { networkOf } from '../../platform/http/client/network';

/** Refusals to one client network: so many at once, then 50 a second, each after 5 seconds at most. */
const REFUSALS = { burst: 100, everyMs: 20, maxMs: 5000 };

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the route is limited. */
    isRateLimited?: true;
  }
}

/**
 * Answers refusals by limited routes, whatever their reason, at a pace once there were many of a client network: a
 * refusal costs next to nothing, so that clients that ask again at once would keep the serving thread busy.
 * Call after `settleAttempts`, so that what waits is no longer under way.
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
