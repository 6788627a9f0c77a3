import { HashThreadPool } from '../src/auth/passwords/hashing/hash-thread-pool.service';
import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import type { Answer } from './support/client';
import { onEachDatabase } from './support/databases';
import { KINDS, QUESTIONS, Strangers, toldBy } from './support/strangers';

/** Enough for every limit of a name or an address to refuse. */
const ATTEMPTS = 8;

const GUESSES = Object.entries(QUESTIONS).filter(([name]) => name.startsWith('a login by '));

// The statements of each state are compared by `enumeration-statements.e2e-spec`, the times by the benchmark.
onEachDatabase((dialect) => {
  let app: TestApp;
  let strangers: Strangers;

  const start = async (env: Record<string, string>) => {
    const modes = { EMAIL_VERIFICATION: 'required', EMAIL_SIGN_IN: 'on', TRUST_PROXY: '127.0.0.1' };
    app = await TestApp.start(dialect, { ...modes, ...env });
    const { manager } = app.app.get(Database);
    strangers = await Strangers.of({ anonymous: app.anonymous, query: (statement) => manager.query(statement) });
  };

  describe('where verification is required', () => {
    beforeAll(() => start({}));

    afterAll(() => app.stop());

    it.each(Object.entries(QUESTIONS))('%s tells nothing about an address by its answer', async (_, ask) => {
      const told = new Set<string>();
      for (const kind of KINDS) told.add(toldBy(await ask(strangers, kind)));
      await strangers.forget();
      expect([...told]).toHaveLength(1);
    });

    it.each(Object.entries(QUESTIONS))('%s hashes as many passwords for every address', async (_, ask) => {
      const threads = app.app.get(HashThreadPool);
      const spies = [jest.spyOn(threads, 'hash'), jest.spyOn(threads, 'compare')];
      const hashed = new Set<string>();
      for (const kind of KINDS) {
        await ask(strangers, kind);
        hashed.add(spies.map((spy) => spy.mock.calls.length).join(' and '));
        for (const spy of spies) spy.mockClear();
      }
      for (const spy of spies) spy.mockRestore();
      await strangers.forget();
      expect([...hashed]).toHaveLength(1);
    });
  });

  describe('where verification is optional', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect);
    });

    afterAll(() => app.stop());

    it('requesting another link gives a verified and an unverified account the same response', async () => {
      const [alice, bob] = [await app.registerProven('alice'), await app.register('bob')];
      const answers = [await alice.post('/auth/email/verification'), await bob.post('/auth/email/verification')];
      expect(new Set(answers.map(toldBy)).size).toBe(1);
    });
  });

  describe('where attempts are limited', () => {
    beforeAll(() => start({ RATE_LIMITS: 'on' }));

    afterAll(() => app.stop());

    it.each(GUESSES)('%s is delayed equally for every account', async (_, ask) => {
      const told = new Set<string>();
      for (const kind of KINDS) {
        const answers: Answer[] = [];
        for (let index = 0; index < ATTEMPTS; index += 1) answers.push(await ask(strangers, kind));
        told.add(JSON.stringify(answers.map(toldBy)));
      }
      expect([...told]).toHaveLength(1);
      expect([...told].join()).toContain('429');
    });
  });
});
