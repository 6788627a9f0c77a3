import { RefusalRecorder } from '../src/auth/refusals/refusal-recorder.service';
import { Database } from '../src/platform/database/database.service';
import { Scheduler } from '../src/platform/jobs/scheduler.service';
import { TestApp } from './support/app';
import { RecordingDatabase } from './support/recording-database';
import { type Kind, KINDS, type Question, QUESTIONS, Strangers, toldBy } from './support/strangers';

/** Enough for every limit of a name or an address to refuse. */
const ATTEMPTS = 7;

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

describe('the statements of PostgreSQL', () => {
  let recording: RecordingDatabase;
  let app: TestApp;
  let strangers: Strangers;

  const start = async (limits: 'on' | 'off') => {
    recording = await RecordingDatabase.start();
    const modes = { EMAIL_VERIFICATION: 'required', EMAIL_SIGN_IN: 'on' };
    const env = { ...modes, RATE_LIMITS: limits, TRUST_PROXY: '127.0.0.1' };
    app = await TestApp.on(recording.database, env);
    // What is sent afterwards is not part of any answer.
    await app.app.get(Scheduler).stop();
    const { manager } = app.app.get(Database);
    strangers = await Strangers.of({ anonymous: app.anonymous, query: (statement) => manager.query(statement) });
  };
  const stop = async () => {
    await app.stop();
    await recording.stop();
  };

  /** Asks about an address in each state, and compares what the states make the database do. */
  const compare = async (ask: Question) => {
    const [asked, told, statuses] = [new Map<Kind, string[]>(), new Set<string>(), new Set<number>()];
    for (const kind of KINDS) {
      recording.takeStatements();
      const answer = await ask(strangers, kind);
      // Refusals are recorded beside their answer.
      await app.app.get(RefusalRecorder).settled();
      asked.set(kind, recording.takeStatements());
      told.add(toldBy(answer));
      statuses.add(answer.status);
    }
    expect(asked.get('known')?.length).toBeGreaterThan(0);
    return { differences: differences(asked), told: told.size, statuses: [...statuses] };
  };

  describe('where attempts are limited', () => {
    beforeAll(() => start('on'), 60_000);

    afterAll(stop);

    it.each(Object.entries(QUESTIONS))(
      '%s makes the same ones for every address, attempt by attempt',
      async (_, ask) => {
        const statuses: unknown[] = [];
        for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
          const compared = await compare(ask);
          expect({ attempt, ...compared }).toMatchObject({ attempt, differences: [], told: 1 });
          statuses.push(compared.statuses);
        }
        expect(statuses.at(-1)).toEqual([429]);
      },
    );
  });

  describe('where attempts are not limited', () => {
    beforeAll(() => start('off'), 60_000);

    afterAll(stop);

    it.each(Object.entries(QUESTIONS))('%s makes the same ones for every address', async (_, ask) => {
      expect(await compare(ask)).toMatchObject({ differences: [], told: 1 });
    });
  });
});
