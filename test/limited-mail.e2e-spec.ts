import { Database } from '../src/platform/database/database.service';
import { User } from '../src/users/user.entity';
import { TestApp } from './support/app';
import { type Answer, type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { SystemTime } from './support/system-time';

const MINUTE = 60_000;

let time: SystemTime;

beforeEach(() => {
  time = SystemTime.stop();
});

afterEach(() => jest.restoreAllMocks());

const statusesOf = async (count: number, ask: (index: number) => Promise<Answer>) => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await ask(index)).status);
  return statuses;
};

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeEach(() => app.empty());

  /** As if a limit's counters had counted very many. */
  const useUp = (limit: string) =>
    app.app.get(Database).manager.query(`UPDATE "rate_limits" SET "points" = 100000 WHERE "key" LIKE '${limit}:%'`);

  describe('where verification is optional', () => {
    beforeAll(async () => {
      app = await TestApp.start(dialect, { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1', EMAIL_SIGN_IN: 'on' });
    });

    afterAll(() => app.stop());

    it('a link to verify is sent again once a minute', async () => {
      const alice = await app.register('alice');
      expect((await alice.post('/auth/email/verification')).status).toBe(202);
      const refused = await alice.post<Problem>('/auth/email/verification');
      expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
        429,
        'rate_limited',
        '60',
      ]);
      time.now += MINUTE;
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
      time.now += 60 * MINUTE;
      expect((await app.anonymous.post('/auth/password/forgot', { email: 'BOB@example.com' })).status).toBe(202);
    });

    it('L3: a code to log in is mailed 5 times an hour to one address, known or not, and 20 times in all', async () => {
      await app.registerProven('bill');
      const from = (network: number) => ({ headers: { 'x-forwarded-for': `198.18.${network}.1` } });
      for (const email of ['bill@example.com', 'nobody@example.com']) {
        for (let network = 0; network < 5; network += 1) {
          const ask = async () => {
            const answer = await app.anonymous.post('/auth/email-login', { email }, from(network));
            await app.sendMail();
            return answer;
          };
          expect(await statusesOf(6, ask)).toEqual([202, 202, 202, 202, 202, 429]);
        }
      }
      const codes = (await app.mailTo('bill@example.com')).filter(({ subject }) => subject === 'Your code to log in');
      // Two more from the last network: others must not keep the owner from getting a code.
      expect(codes).toHaveLength(22);
      expect(await app.mailTo('nobody@example.com')).toEqual([]);
    });

    it('a change of address can be requested 5 times an hour for one address, and 10 times for one account', async () => {
      const carol = await app.register('carol');
      const ask = (email: string, password = PASSWORD) => carol.post('/users/me/email', { email, password });
      expect(await statusesOf(6, () => ask('same@example.com'))).toEqual([202, 202, 202, 202, 202, 429]);
      expect(await statusesOf(6, (index) => ask(`other-${index}@example.com`))).toEqual([202, 202, 202, 202, 202, 429]);
    });

    it('a wrong password counts in every reauthentication, by account, so that renaming does not evade it', async () => {
      const erin = await app.register('erin');
      const remove = (password: string) => erin.send('DELETE', '/users/me', { password });
      expect(await statusesOf(7, () => remove('a wrong password'))).toEqual([401, 401, 401, 401, 401, 401, 429]);
      expect((await remove(PASSWORD)).status).toBe(429);
      expect((await erin.patch('/users/me', { username: 'erin-2' })).status).toBe(200);
      expect((await remove(PASSWORD)).status).toBe(429);
    });

    it('one mailbox gets 20 messages of a kind in an hour, then 2 of each client network that asks, 60 in total', async () => {
      await app.register('frank');
      const forget = async (from: string) => {
        const headers = { 'x-forwarded-for': from };
        const answer = await app.anonymous.post('/auth/password/forgot', { email: 'frank@example.com' }, { headers });
        expect(answer.status).toBe(202);
      };
      const received = async () => (await app.mailTo('frank@example.com')).length - 1;
      for (let index = 0; index < 20; index += 1) await forget(`2001:db8:0:${Math.floor(index / 5)}::1`);
      expect(await received()).toBe(20);
      // Other networks of the same customer count as one, another one for itself.
      for (let index = 0; index < 5; index += 1) await forget(`2001:db8:0:f${index}::1`);
      expect(await received()).toBe(20 + 2);
      for (let index = 0; index < 3; index += 1) await forget('203.0.113.7');
      expect(await received()).toBe(20 + 4);
      for (let index = 0; index < 50; index += 1) await forget(`198.51.100.${index}`);
      expect(await received()).toBe(60);
      time.now += 60 * MINUTE;
      await forget('203.0.113.7');
      expect(await received()).toBe(61);
    });

    it('renaming and exporting, which are recorded permanently, are limited by account', async () => {
      const [judy, mike] = [await app.register('judy'), await app.register('mike')];
      const rename = (index: number) => judy.patch('/users/me', { username: `judy-${index}` });
      expect(await statusesOf(21, rename)).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
      const take = () => judy.get('/users/me/export');
      expect(await statusesOf(31, take)).toEqual([...Array.from({ length: 30 }, () => 200), 429]);
      expect((await mike.patch('/users/me', { username: 'mike-2' })).status).toBe(200);
      expect((await mike.get('/users/me/export')).status).toBe(200);
    });

    it('registering and deleting repeatedly mails one address 5 times an hour from one client', async () => {
      const loop = async (index: number) => {
        const account = { username: `loop-${index}`, email: 'stranger@example.com', password: PASSWORD };
        const registered = await app.anonymous.post<Authenticated>('/auth/register', account);
        if (registered.status === 201) {
          await app.sendMail();
          const owner = app.anonymous.as(registered.body.accessToken);
          expect((await owner.send('DELETE', '/users/me', { password: PASSWORD })).status).toBe(204);
        }
        return registered;
      };
      expect(await statusesOf(8, loop)).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
      const subjects = (await app.mailTo('stranger@example.com')).map(({ subject }) => subject);
      expect(new Set(subjects).size).toBeLessThanOrEqual(2);
      for (const subject of new Set(subjects)) expect(subjects.filter((other) => other === subject)).toHaveLength(5);
    });

    it('many notices of one kind block no other kind, and the last one refers to the activity', async () => {
      const grace = await app.register('grace');
      const [{ token } = {}] = await app.mailTo('grace@example.com');
      expect((await app.anonymous.post('/auth/email/verify', { token })).status).toBe(204);
      const wanted = { name: 'Script', scopes: ['notes:read'], password: PASSWORD };
      for (let index = 0; index < 23; index += 1) {
        expect((await grace.post('/auth/api-tokens', wanted)).status).toBe(201);
      }
      const change = { currentPassword: PASSWORD, newPassword: 'a longer and better passphrase' };
      expect((await grace.send('PUT', '/auth/password', change)).status).toBe(200);
      const subjects = (await app.mailTo('grace@example.com')).map(({ subject }) => subject).slice(1);
      const count = (wantedSubject: string) => subjects.filter((subject) => subject === wantedSubject).length;
      expect(count('A new API token for your account')).toBe(20);
      expect(count('More activity on your account')).toBe(1);
      expect(count('Your password was changed')).toBe(1);
    });

    it('one client causes 600 mails an hour at most, and is refused before anything is written', async () => {
      await app.register('heidi');
      await useUp('mails-address');
      const users = await app.app.get(Database).manager.count(User);
      const account = { username: 'ivan', email: 'ivan@example.com', password: PASSWORD };
      const refused = await app.anonymous.post('/auth/register', account);
      expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, '"mails-address";q=600;w=3600']);
      expect((await app.anonymous.post('/auth/password/forgot', { email: 'heidi@example.com' })).status).toBe(429);
      expect(await app.app.get(Database).manager.count(User)).toBe(users);
      const headers = { 'x-forwarded-for': '203.0.113.1' };
      expect((await app.anonymous.post('/auth/register', account, { headers })).status).toBe(201);
    });

    it('registering with a taken address always reports that it is taken', async () => {
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
    beforeAll(async () => {
      app = await TestApp.start(dialect, {
        RATE_LIMITS: 'on',
        TRUST_PROXY: '127.0.0.1',
        EMAIL_VERIFICATION: 'required',
      });
    });

    afterAll(() => app.stop());

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

    it('registering another person’s address does not block its owner, and fills no mailbox', async () => {
      const register = (index: number) =>
        app.anonymous.post(
          '/auth/register',
          { username: `person-${index}`, email: 'Victim@example.com', password: PASSWORD },
          { headers: { 'x-forwarded-for': `203.0.113.${Math.floor(index / 5)}` } },
        );
      expect(await statusesOf(10, register)).toEqual(Array.from({ length: 10 }, () => 202));
      const owner = await register(10);
      expect(owner.status).toBe(202);
      const mails = await app.mailTo('Victim@example.com');
      expect(mails).toHaveLength(11);
      expect((await app.anonymous.post('/auth/email/verify', { token: mails.at(-1)?.token })).status).toBe(204);
      expect((await app.logIn('person-10')).session.user.emailVerified).toBe(true);
      expect(await statusesOf(30, (index) => register(index + 20))).toEqual(Array.from({ length: 30 }, () => 202));
      const asked = (await app.mailTo('Victim@example.com')).filter(({ subject }) => !subject.startsWith('New login'));
      // 20 of all, then two of each network: five of them asked for more, one of these once.
      expect(asked).toHaveLength(20 + 1 + 4 * 2);
      const before = (await app.mailTo('Victim@example.com')).length;
      expect((await register(500)).status).toBe(202);
      expect(await app.mailTo('Victim@example.com')).toHaveLength(before + 1);
    });
  });
});
