import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Attempt, settleAttempts } from './attempt';
import type { Settlement } from './counters/counter-table';

const settlement = (part: Partial<Settlement>): Settlement => ({ giveBack: [], forget: [], ...part });

/** A table that notes what it is asked to settle. */
function table(settle: () => Promise<void> = () => Promise.resolve()) {
  return { settle: jest.fn<Promise<void>, [Settlement]>(settle) };
}

const WINDOW = { giveBack: settlement({ giveBack: ['window'] }), succeed: settlement({ giveBack: ['window'] }) };
const STREAK = { giveBack: settlement({ giveBack: ['free'] }), succeed: settlement({ forget: ['free', 'delay'] }) };

describe('an attempt', () => {
  it('is in progress until all of its counts are settled', async () => {
    const leave = jest.fn();
    let settleCounts: () => void = () => undefined;
    const slow = table(() => new Promise<void>((resolve) => (settleCounts = resolve)));
    const attempt = new Attempt(slow, leave);
    attempt.add('attempts', WINDOW);
    const settled = attempt.settle(503);
    await Promise.resolve();
    expect([slow.settle.mock.calls.length, leave.mock.calls.length]).toEqual([1, 0]);
    settleCounts();
    await settled;
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('is no longer in progress when its counts cannot be settled', async () => {
    const leave = jest.fn();
    const away = table(() => Promise.reject(new Error('away')));
    const attempt = new Attempt(away, leave);
    attempt.add('attempts', WINDOW);
    await expect(attempt.settle(400)).rejects.toThrow('away');
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('that was counted for nothing leaves', async () => {
    const leave = jest.fn();
    await new Attempt(table(), leave).settle(429);
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it.each([
    [200, { giveBack: ['window'], forget: ['free', 'delay'] }],
    [302, { giveBack: ['window'], forget: ['free', 'delay'] }],
    [400, { giveBack: ['window', 'free'], forget: [] }],
    [401, { giveBack: [], forget: [] }],
    [429, { giveBack: ['window', 'free'], forget: [] }],
    [503, { giveBack: ['window', 'free'], forget: [] }],
  ])('that is answered with %i settles all that it was counted for at once', async (status, expected) => {
    const counters = table();
    const attempt = new Attempt(counters, () => undefined);
    attempt.add('failures', WINDOW);
    attempt.add('failures', STREAK);
    await attempt.settle(status);
    expect(counters.settle.mock.calls).toEqual([[expected]]);
  });
});

describe('what an answer counts for', () => {
  const [counts, givenBack, succeeded] = [[], ['given back'], ['succeeded']];
  const ADMISSION = { giveBack: settlement({ giveBack: givenBack }), succeed: settlement({ giveBack: succeeded }) };

  it.each([
    ['failures', { 200: succeeded, 204: succeeded, 303: succeeded, 400: givenBack, 401: counts, 403: givenBack }],
    ['failures', { 409: givenBack, 429: givenBack, 500: givenBack, 503: givenBack }],
    ['successes', { 200: counts, 204: counts, 303: counts, 401: givenBack, 429: givenBack, 503: givenBack }],
    ['attempts', { 200: counts, 204: counts, 303: counts, 401: counts, 403: counts, 409: counts }],
    ['attempts', { 400: givenBack, 429: givenBack, 500: givenBack, 503: givenBack }],
  ] as const)('where %s count', async (counted, answers) => {
    for (const [status, settled] of Object.entries(answers)) {
      const counters = table();
      const attempt = new Attempt(counters, () => undefined);
      attempt.add(counted, ADMISSION);
      await attempt.settle(Number(status));
      expect([status, counters.settle.mock.calls]).toEqual([status, [[settlement({ giveBack: settled })]]]);
    }
  });
});

describe('an attempt of a request', () => {
  /** A server whose one route is counted, or is not. */
  function serverWith(attempt: Attempt | undefined, status = 401) {
    const fastify = new FastifyAdapter().getInstance();
    settleAttempts(fastify);
    fastify.get('/', (request, reply) => {
      request.rateLimitedAttempt = attempt;
      return reply.code(status).send('text');
    });
    return fastify;
  }

  it('is settled by the status of the answer before that leaves', async () => {
    const leave = jest.fn();
    const counters = table(async () => {
      await new Promise(setImmediate);
      expect(leave).not.toHaveBeenCalled();
    });
    const attempt = new Attempt(counters, leave);
    attempt.add('successes', WINDOW);
    const { statusCode, payload } = await serverWith(attempt).inject('/');
    expect([statusCode, payload, counters.settle.mock.calls, leave.mock.calls.length]).toEqual([
      ...[401, 'text', [[WINDOW.giveBack]], 1],
    ]);
  });

  it('that cannot be settled is answered as a fault of the server, and not settled again for that', async () => {
    const away = table(() => Promise.reject(new Error('away')));
    const { statusCode } = await serverWith(new Attempt(away, () => undefined), 200).inject('/');
    expect([statusCode, away.settle.mock.calls.length]).toEqual([500, 1]);
  });

  it('to a route without limits is answered as it is', async () => {
    const { statusCode, payload } = await serverWith(undefined).inject('/');
    expect([statusCode, payload]).toEqual([401, 'text']);
  });
});
