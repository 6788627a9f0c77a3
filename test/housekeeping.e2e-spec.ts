import { OPERATOR } from '../src/platform/audit/domain-events';
import { Database } from '../src/platform/database/database.service';
import { newId } from '../src/platform/kernel/ids';
import { OutboxMessage } from '../src/platform/mail/outbox-message.entity';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

const DAY = 86_400_000;

const JOB = 'purge-unverified-registrations';

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  it('expired rows are purged, and others stay', async () => {
    const alice = await app.register('alice');
    await alice.post('/auth/api-tokens', { name: 'Script', scopes: ['notes:read'], password: PASSWORD });
    await app.sendMail();
    const count = async (table: string) => {
      const [row] = await app.app
        .get(Database)
        .manager.query<{ n: number | string }[]>(`SELECT COUNT(*) AS n FROM "${table}"`);
      return Number(row?.n);
    };
    const counts = () => Promise.all(['sessions', 'one_time_tokens', 'api_tokens'].map(count));
    const clear = () => Promise.all(['sessions', 'api-tokens', 'links'].map((rows) => app.runJob(`purge-${rows}`)));
    await clear();
    expect(await counts()).toEqual([1, 1, 1]);
    app.clock.advance(DAY + 1);
    await clear();
    expect(await counts()).toEqual([0, 0, 1]);
    app.clock.advance(90 * DAY);
    await clear();
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('a message that was given up is kept for an operator for 30 days', async () => {
    const database = app.app.get(Database);
    const message = Object.assign(new OutboxMessage(), {
      ...{ id: newId(), template: 'verify-email', recipient: 'nobody@example.com', accountId: null, parameters: {} },
      ...{ createdAt: app.clock.now(), attempts: 300, dueAt: null, lastError: 'unreachable' },
    });
    await database.insert(OutboxMessage, message);
    const isKept = async () => {
      await app.runJob('purge-given-up-messages');
      return database.manager.existsBy(OutboxMessage, { id: message.id });
    };
    app.clock.advance(30 * DAY);
    expect(await isKept()).toBe(true);
    app.clock.advance(1);
    expect(await isKept()).toBe(false);
  });

  describe('a registration that was never verified', () => {
    let required: TestApp;

    beforeAll(async () => {
      required = await TestApp.start(dialect, {
        EMAIL_VERIFICATION: 'required',
        UNVERIFIED_ACCOUNT_TTL: String(7 * 86_400),
      });
    });

    afterAll(() => required.stop());

    const register = (username: string, email = `${username}@example.com`) =>
      required.anonymous.post<Problem>('/auth/register', { username, email, password: PASSWORD });
    const purge = () => required.runJob(JOB);
    const isFree = async (username: string) => (await register(username, 'other@example.com')).status === 202;
    const tokenTo = async (address: string) => (await required.mailTo(address)).at(-1)?.token;
    const verify = (token?: string) => required.anonymous.post<Problem>('/auth/email/verify', { token });

    it('expires, which frees its username, and no other account is lost', async () => {
      await register('squatter');
      await register('owner');
      await required.prove('owner@example.com');
      await register('boss');
      await register('banned');
      const users = required.app.get(UsersService);
      const idOf = async (name: string) => (await users.findByLogin(name))?.id ?? '';
      await users.updateStatus(OPERATOR, await idOf('boss'), { roles: ['user', 'admin'] });
      await users.deactivate(OPERATOR, await idOf('banned'));
      const gone = await idOf('squatter');
      required.clock.advance(7 * DAY);
      await purge();
      expect(await isFree('squatter')).toBe(false);
      required.clock.advance(1);
      await purge();
      for (const name of ['owner', 'boss', 'banned']) expect([name, await isFree(name)]).toEqual([name, false]);
      expect(await isFree('squatter')).toBe(true);
      const [event] = await required.app
        .get(Database)
        .manager.query<object[]>(
          `SELECT "type" FROM "audit_events" WHERE "accountId" = $1 AND "type" = 'user.expired'`,
          [gone],
        );
      expect(event).toEqual({ type: 'user.expired' });
    });

    it('that is verified concurrently is either kept or deleted', async () => {
      const names = Array.from({ length: 6 }, (_, index) => `racer-${index}`);
      for (const name of names) await register(name);
      required.clock.advance(7 * DAY + 1);
      // The link has expired by then; the one for a password reset verifies the address too.
      for (const name of names) {
        await required.anonymous.post('/auth/password/forgot', { email: `${name}@example.com` });
      }
      const tokens = await Promise.all(names.map((name) => tokenTo(`${name}@example.com`)));
      const reset = (token?: string) =>
        required.anonymous.post('/auth/password/reset', { token, password: 'another fine passphrase' });
      const [, , ...answers] = await Promise.all([purge(), purge(), ...tokens.map(reset)]);
      for (const [index, { status }] of answers.entries()) {
        expect([204, 400]).toContain(status);
        expect(await isFree(names[index] ?? '')).toBe(status === 400);
      }
    });

    it('is not searched for where verification is not required', async () => {
      const other = await TestApp.on(required.database, { EMAIL_VERIFICATION: 'optional' });
      await register('patient');
      other.clock.advance(40 * DAY);
      await other.runJob(JOB);
      expect(await isFree('patient')).toBe(false);
      // Logged in since then: an account like any other from now on.
      expect((await other.logIn('patient')).session.user.username).toBe('patient');
      await other.app.close();
      required.clock.advance(40 * DAY);
      await purge();
      expect(await isFree('patient')).toBe(false);
    });

    it('does not accept its link after its expiry', async () => {
      await register('late');
      const token = await tokenTo('late@example.com');
      await required.app
        .get(Database)
        .manager.query(`UPDATE "users" SET "unprovenSince" = 1 WHERE "username" = 'late'`);
      await purge();
      expect((await verify(token)).body.code).toBe('invalid_one_time_token');
    });
  });
});
