import type { FastifyInstance } from 'fastify';
import type { Release } from '../../platform/concurrency/fair-shares';
import type { CounterTable } from './counters/counter-table';
import type { Counts } from './counters/limit';
import type { Admission } from './counters/limiters';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of a limited route. */
    rateLimitedAttempt?: Attempt | undefined;
  }
}

/** A request to a limited route: the limits that counted it, and the settlement of these counts after its response. */
export class Attempt {
  private readonly admissions: [Counts, Admission][] = [];

  /** @param table the counters @param leave releases the request's share of the requests in progress */
  constructor(
    private readonly table: Pick<CounterTable, 'settle'>,
    private readonly leave: Release,
  ) {}

  /** Records that a limit counted the request. */
  add(counts: Counts, admission: Admission): void {
    this.admissions.push([counts, admission]);
  }

  /** Settles the counts; after that, the request is no longer in progress. Call once. @param status of the response */
  async settle(status: number): Promise<void> {
    const settlements = this.admissions.flatMap(([counts, admission]) => {
      const outcome = JUDGES[counts](status);
      return outcome === 'counts' ? [] : [admission[outcome]];
    });
    try {
      await this.table.settle({
        giveBack: settlements.flatMap(({ giveBack }) => giveBack),
        forget: settlements.flatMap(({ forget }) => forget),
      });
    } finally {
      this.leave();
    }
  }
}

/**
 * What a response status means for the count. Pages redirect where the API sends a body. Requests that failed or were refused for another reason are given back.
 */
const JUDGES: Record<Counts, (status: number) => 'counts' | keyof Admission> = {
  failures: (status) => (status < 400 ? 'succeed' : status === 401 ? 'counts' : 'giveBack'),
  successes: (status) => (status < 400 ? 'counts' : 'giveBack'),
  attempts: (status) => (status === 400 || status === 429 || status >= 500 ? 'giveBack' : 'counts'),
};

/**
 * Settles every attempt before its response is sent, whether it comes from the handler, a guard or the exception
 * filter.
 */
export function settleAttempts(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const attempt = request.rateLimitedAttempt;
    if (!attempt) {
      done();
      return;
    }
    request.rateLimitedAttempt = undefined;
    attempt.settle(reply.statusCode).then(() => done(), done);
  });
}
