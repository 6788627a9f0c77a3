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

/** One request to a limited route: what it was counted for, and after its answer is known what remains of that. */
export class Attempt {
  private readonly admissions: [Counts, Admission][] = [];

  /** @param table where it is counted @param leave gives back the request's place among those under way */
  constructor(
    private readonly table: Pick<CounterTable, 'settle'>,
    private readonly leave: Release,
  ) {}

  /** Remembers for what the request was counted. */
  add(counts: Counts, admission: Admission): void {
    this.admissions.push([counts, admission]);
  }

  /** Settles the counts; then the request is no longer under way. Call once. @param status of the answer */
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

/** What an answer says about the request (pages redirect where the API answers with a body); one that could not be judged, or was refused for another reason, is given back. */
const JUDGES: Record<Counts, (status: number) => 'counts' | keyof Admission> = {
  failures: (status) => (status < 400 ? 'succeed' : status === 401 ? 'counts' : 'giveBack'),
  successes: (status) => (status < 400 ? 'counts' : 'giveBack'),
  attempts: (status) => (status === 400 || status === 429 || status >= 500 ? 'giveBack' : 'counts'),
};

/** Settles every attempt before its answer leaves, wherever it was made: the handler, a guard or the exception filter. */
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
