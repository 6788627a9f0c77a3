import { OPERATOR } from '../src/platform/audit/domain-events';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type Answer, type Authenticated, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { median, rankSumDeviation, timeInTurns } from './support/statistics';

/** The states an address can be in. No one may learn which from outside. */
const KINDS = ['known', 'unknown', 'deactivated', 'unverified'] as const;
type Kind = (typeof KINDS)[number];

const addressOf = (kind: Kind) => `${kind}@example.com`;

/** Times of two states count as different when they are apart by more than chance and by more than a quarter. */
const MAX_DEVIATION = 4;
const MAX_RATIO = 1.25;
const ROUNDS = 14;

/** The observable part of a response: its status, its body without request ids, and its header names. */
function toldBy({ status, text, headers }: Answer): string {
  const body = text.replace(/"requestId":"[^"]*"/, '').replace(/lke_[\w-]+/, 'token');
  return JSON.stringify([status, body, [...headers.keys()].sort()]);
}

/** Pairs of states that can be told apart by their times. */
function tellTale(times: ReadonlyMap<Kind, number[]>): string[] {
  return KINDS.flatMap((a) => KINDS.map((b) => [a, b] as const)).flatMap(([a, b]) => {
    const [first = [], second = []] = [times.get(a), times.get(b)];
    const isApart = rankSumDeviation(first, second) > MAX_DEVIATION && median(first) > MAX_RATIO * median(second);
    return isApart
      ? [`${a} (${median(first).toFixed(1)} ms) takes longer than ${b} (${median(second).toFixed(1)} ms)`]
      : [];
  });
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let caller: Actor;
  let names = 0;

  const register = (username: string, email: string) =>
    app.anonymous.post('/auth/register', { username, email, password: PASSWORD });
  const verify = async (address: string) => {
    const token = (await app.mailTo(address)).at(-1)?.token;
    expect((await app.anonymous.post('/auth/email/verify', { token })).status).toBe(204);
  };
  const logIn = (username: string, password: string) =>
    app.anonymous.post<Authenticated>('/auth/login', { username, password });
  const prepare = async () => {
    for (const kind of ['known', 'deactivated', 'unverified', 'caller']) {
      expect((await register(kind, `${kind}@example.com`)).status).toBe(202);
      if (kind !== 'unverified') await verify(`${kind}@example.com`);
    }
    const { body: gone } = await logIn('deactivated', PASSWORD);
    await app.app.get(UsersService).deactivate(OPERATOR, gone.user.id);
    const { body: session } = await logIn('caller', PASSWORD);
    caller = Object.assign(app.anonymous.as(session.accessToken), { session });
  };
  const newName = () => `newcomer-${(names += 1)}`;

  /** Requests of a stranger about an address. */
  const questions: Record<string, (kind: Kind) => Promise<Answer>> = {
    'a login by email': (kind) => logIn(addressOf(kind), 'a wrong password'),
    'a login by username': (kind) => logIn(kind, 'a wrong password'),
    'a registration': (kind) => register(newName(), addressOf(kind)),
    'a forgotten password': (kind) => app.anonymous.post('/auth/password/forgot', { email: addressOf(kind) }),
    'a request to log in by mail': (kind) => app.anonymous.post('/auth/email-login', { email: addressOf(kind) }),
    'a guessed code of a mail': async (kind) => {
      const asked = await app.anonymous.post<{ challengeToken: string }>('/auth/email-login', {
        email: addressOf(kind),
      });
      return app.anonymous.post('/auth/email-login/verify', { ...asked.body, code: '00000000' });
    },
    'a change of address': (kind) => caller.post('/users/me/email', { email: addressOf(kind), password: PASSWORD }),
  };

  describe('where verification is required', () => {
    beforeAll(async () => {
      const modes = { EMAIL_VERIFICATION: 'required', EMAIL_SIGN_IN: 'on' };
      app = await TestApp.start(dialect, { ...modes, PASSWORD_HASH_COST: '6' });
      await prepare();
    });

    afterAll(() => app.stop());

    it.each(Object.entries(questions))('%s tells nothing about an address by its answer', async (_, ask) => {
      const told = new Set<string>();
      for (const kind of KINDS) told.add(toldBy(await ask(kind)));
      expect([...told]).toHaveLength(1);
    });

    it.each(Object.entries(questions))('%s tells nothing about an address by its time', async (_, ask) => {
      const works = {
        known: () => ask('known'),
        unknown: () => ask('unknown'),
        deactivated: () => ask('deactivated'),
        unverified: () => ask('unverified'),
      };
      await timeInTurns(works, 2);
      expect(tellTale(await timeInTurns(works, ROUNDS))).toEqual([]);
    });
  });

  describe('where verification is optional', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect);
    });

    afterAll(() => app.stop());

    it('requesting another link gives a verified and an unverified account the same response', async () => {
      const [alice, bob] = [await app.register('alice'), await app.register('bob')];
      await verify('alice@example.com');
      const answers = [await alice.post('/auth/email/verification'), await bob.post('/auth/email/verification')];
      expect(new Set(answers.map(toldBy)).size).toBe(1);
    });
  });

  describe('where attempts are limited', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect, { EMAIL_VERIFICATION: 'required', RATE_LIMITS: 'on' });
      await prepare();
    });

    afterAll(() => app.stop());

    it('guessing a password is delayed equally for every account and every name', async () => {
      for (const nameOf of [(kind: Kind): string => kind, addressOf]) {
        const told = new Set<string>();
        for (const kind of KINDS) {
          const answers: Answer[] = [];
          for (let index = 0; index < 8; index += 1) answers.push(await logIn(nameOf(kind), 'a wrong password'));
          // The remaining wait depends on the time.
          told.add(JSON.stringify(answers.map((answer) => toldBy(answer).replaceAll(/in \d+ seconds/g, 'soon'))));
        }
        expect([...told]).toHaveLength(1);
        expect([...told].join()).toContain('429');
      }
    });
  });
});
