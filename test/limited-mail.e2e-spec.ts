import { PASSWORD, TestApp } from './support/app';
import type { Answer, Problem } from './support/client';
import { onEachDatabase } from './support/databases';

const MINUTE = 60_000;

/** Time as the library that counts sees it. It stands still unless a test moves it. */
let now: number;

beforeEach(() => {
  now = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});

afterEach(() => jest.restoreAllMocks());

const statusesOf = async (count: number, ask: (index: number) => Promise<Answer>) => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await ask(index)).status);
  return statuses;
};

onEachDatabase((dialect) => {
  let app: TestApp;

  afterEach(() => app.stop());

  describe('where verification is optional', () => {
    beforeEach(async () => {
      app = await TestApp.start(dialect, { RATE_LIMITS: 'on' });
    });

    it('a link to verify is sent again once a minute', async () => {
      const alice = await app.register('alice');
      expect((await alice.post('/auth/email/verification')).status).toBe(202);
      const refused = await alice.post<Problem>('/auth/email/verification');
      expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
        429,
        'rate_limited',
        '60',
      ]);
      now += MINUTE;
      expect((await alice.post('/auth/email/verification')).status).toBe(202);
      expect(await app.mailTo('alice@example.com')).toHaveLength(3);
    });

    it('a forgotten password is mailed 5 times an hour to one address, known or not', async () => {
      await app.register('bob');
      for (const email of ['bob@example.com', 'nobody@example.com']) {
        const forget = () => app.anonymous.post('/auth/password/forgot', { email });
        expect(await statusesOf(6, forget)).toEqual([202, 202, 202, 202, 202, 429]);
      }
      const resets = (await app.mailTo('bob@example.com')).filter(({ subject }) => subject === 'Reset your password');
      expect(resets).toHaveLength(5);
      now += 60 * MINUTE;
      expect((await app.anonymous.post('/auth/password/forgot', { email: 'BOB@example.com' })).status).toBe(202);
    });

    it('a change of address is asked for 5 times an hour for one address, and 10 times for one account', async () => {
      const carol = await app.register('carol');
      const ask = (email: string, password = PASSWORD) => carol.post('/users/me/email', { email, password });
      expect(await statusesOf(6, () => ask('same@example.com'))).toEqual([202, 202, 202, 202, 202, 429]);
      expect(await statusesOf(6, (index) => ask(`other-${index}@example.com`))).toEqual([202, 202, 202, 202, 202, 429]);
    });

    it('a wrong password counts wherever it is asked for again, by account, so that another name is no way around', async () => {
      const erin = await app.register('erin');
      const remove = (password: string) => erin.send('DELETE', '/users/me', { password });
      expect(await statusesOf(7, () => remove('a wrong password'))).toEqual([401, 401, 401, 401, 401, 401, 429]);
      expect((await remove(PASSWORD)).status).toBe(429);
      expect((await erin.patch('/users/me', { username: 'erin-2' })).status).toBe(200);
      expect((await remove(PASSWORD)).status).toBe(429);
    });

    it('registering twice with one address says that it is taken, however often', async () => {
      await app.register('dave');
      const again = (index: number) => ({
        username: `dave-${index}`,
        email: 'dave@example.com',
        password: PASSWORD,
      });
      const statuses = await statusesOf(8, (index) => app.anonymous.post('/auth/register', again(index)));
      expect(statuses).toEqual([409, 409, 409, 409, 409, 409, 409, 409]);
    });
  });

  describe('where verification is required', () => {
    beforeEach(async () => {
      app = await TestApp.start(dialect, { RATE_LIMITS: 'on', EMAIL_VERIFICATION: 'required' });
    });

    it('registering mails one address 5 times an hour, known or not', async () => {
      const register = (index: number) =>
        app.anonymous.post('/auth/register', {
          username: `person-${index}`,
          email: 'victim@example.com',
          password: PASSWORD,
        });
      expect(await statusesOf(6, register)).toEqual([202, 202, 202, 202, 202, 429]);
      expect(await app.mailTo('victim@example.com')).toHaveLength(5);
    });
  });
});
