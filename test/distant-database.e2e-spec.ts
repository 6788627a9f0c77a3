import { RefusalRecorder } from '../src/auth/refusals/refusal-recorder.service';
import { Scheduler } from '../src/platform/jobs/scheduler.service';
import { TestApp } from './support/app';
import { DistantDatabase } from './support/distant-database';
import { median, rankSumDeviation, timeInTurns } from './support/statistics';
import { type Kind, KINDS, QUESTIONS, Strangers, toldBy } from './support/strangers';

const DISTANCE_MS = 3;

/** Times of two states count as different when they are apart by more than chance and by half a round trip. */
const MAX_DEVIATION = 4;
const ROUNDS = 12;

/** Enough for every limit of a name or an address to refuse. */
const ATTEMPTS = 7;

type Question = (typeof QUESTIONS)[string];

/** Pairs of states that can be told apart by their times. */
function tellTale(times: ReadonlyMap<Kind, number[]>): string[] {
  return KINDS.flatMap((a) => KINDS.map((b) => [a, b] as const)).flatMap(([a, b]) => {
    const [first = [], second = []] = [times.get(a), times.get(b)];
    const [slow, fast] = [median(first), median(second)];
    const isApart = rankSumDeviation(first, second) > MAX_DEVIATION && slow > fast + DISTANCE_MS / 2;
    return isApart ? [`${a} (${slow.toFixed(1)} ms) takes longer than ${b} (${fast.toFixed(1)} ms)`] : [];
  });
}

/** What one state makes the database do that another does not. */
function differences(asked: ReadonlyMap<Kind, readonly string[]>): string[] {
  const [[first, reference] = ['known', []], ...others] = [...asked];
  const without = (statements: readonly string[], taken: readonly string[]) => {
    const left = [...taken];
    return statements.filter((statement) => {
      const at = left.indexOf(statement);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  return others.flatMap(([kind, statements]) => [
    ...without(reference, statements).map((statement) => `${first} but not ${kind}: ${statement}`),
    ...without(statements, reference).map((statement) => `${kind} but not ${first}: ${statement}`),
  ]);
}

describe('with a distant database', () => {
  let distant: DistantDatabase;
  let app: TestApp;
  let strangers: Strangers;

  const timed = (ask: Question) => {
    const by = (kind: Kind) => () => ask(strangers, kind);
    return {
      known: by('known'),
      unknown: by('unknown'),
      deactivated: by('deactivated'),
      unverified: by('unverified'),
    };
  };

  const start = async (limits: 'on' | 'off') => {
    distant = await DistantDatabase.start();
    const modes = { EMAIL_VERIFICATION: 'required', EMAIL_SIGN_IN: 'on' };
    const env = { ...modes, RATE_LIMITS: limits, TRUST_PROXY: '127.0.0.1' };
    app = await TestApp.on(distant.database, env);
    strangers = await Strangers.of(app);
  };
  const stop = async () => {
    await app.stop();
    await distant.stop();
  };
  const tellTaleFrom = async (ask: Question) => {
    distant.delayMs = DISTANCE_MS;
    const times = await timeInTurns(timed(ask), ROUNDS);
    distant.delayMs = 0;
    return tellTale(times);
  };

  describe('where attempts are limited', () => {
    beforeAll(async () => {
      await start('on');
      // What is sent afterwards is not part of any answer.
      await app.app.get(Scheduler).stop();
    }, 60_000);

    afterAll(stop);

    it.each(Object.entries(QUESTIONS))(
      '%s makes the same round trips for every address, attempt by attempt, and takes the same time once it is refused',
      async (_, ask) => {
        const statuses: number[] = [];
        for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
          const [asked, told] = [new Map<Kind, string[]>(), new Set<string>()];
          for (const kind of KINDS) {
            distant.asked();
            const answer = await ask(strangers, kind);
            // RefusalRecorder are recorded beside their answer.
            await app.app.get(RefusalRecorder).settled();
            asked.set(kind, distant.asked());
            told.add(toldBy(answer));
            statuses.push(answer.status);
          }
          expect({ attempt, differences: differences(asked) }).toEqual({ attempt, differences: [] });
          expect([...told]).toHaveLength(1);
          expect(asked.get('known')?.length).toBeGreaterThan(0);
        }
        expect(statuses.at(-1)).toBe(429);
        expect(await tellTaleFrom(ask)).toEqual([]);
      },
    );
  });

  describe('where attempts are not limited', () => {
    beforeAll(() => start('off'), 60_000);

    afterAll(stop);

    it.each(Object.entries(QUESTIONS))('%s takes the same time for every address', async (_, ask) => {
      expect(await tellTaleFrom(ask)).toEqual([]);
    });
  });
});
