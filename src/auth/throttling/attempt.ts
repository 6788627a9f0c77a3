import type { FastifyInstance } from 'fastify';
import type { Admission } from './limiters';
import type { Policy } from './policies';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard of a limited route: one for each of its policies. */
    rateLimitedAttempts?: readonly Attempt[] | undefined;
  }
}

/** One request to a limited route: what it was counted for, and after its answer is known what remains of that. */
export class Attempt {
  private readonly admissions: Admission[] = [];

  constructor(private readonly counts: Policy['counts']) {}

  /** Remembers for what the request was counted. */
  add(admission: Admission): void {
    this.admissions.push(admission);
  }

  /** Settles the counts. Call once. @param status of the answer */
  async settle(status: number): Promise<void> {
    const outcome = JUDGES[this.counts](status);
    if (outcome === 'counts') return;
    await Promise.all(this.admissions.map((admission) => admission[outcome]()));
  }
}

/** What an answer says about the request; one that could not be judged, or was refused for another reason, is given back. */
const JUDGES: Record<Policy['counts'], (status: number) => 'counts' | keyof Admission> = {
  failures: (status) => (status < 300 ? 'succeed' : status === 401 ? 'counts' : 'giveBack'),
  tries: (status) => (status === 400 || status === 429 || status >= 500 ? 'giveBack' : 'counts'),
};

/** Settles every attempt before its answer leaves, whoever answered: the handler, a guard or the exception filter. */
export function settleAttempts(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const attempts = request.rateLimitedAttempts;
    if (!attempts) {
      done();
      return;
    }
    request.rateLimitedAttempts = undefined;
    Promise.all(attempts.map((attempt) => attempt.settle(reply.statusCode))).then(() => done(), done);
  });
}
