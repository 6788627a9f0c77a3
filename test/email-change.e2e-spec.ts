import { type Actor, TestApp } from './support/app';
import { type Authenticated, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

const DAY = 86_400_000;

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const ask = (owner: Actor, email: string, password = PASSWORD) =>
    owner.post<Problem>('/users/me/email', { email, password });
  const lastToken = async (address: string) => (await app.mailTo(address)).at(-1)?.token ?? '';
  const verify = (token: string) => app.anonymous.post<Problem>('/auth/email/verify', { token });
  const undo = (token: string) => app.anonymous.post<Problem>('/auth/email/undo', { token });
  const emailOf = async (owner: Actor) => (await owner.get<{ email: string }>('/users/me')).body.email;
  const logIn = (username: string, password = PASSWORD) =>
    app.anonymous.post<Authenticated & Problem>('/auth/login', { username, password });
  const move = async (owner: Actor, email: string) => {
    expect((await ask(owner, email)).status).toBe(202);
    expect((await verify(await lastToken(email))).status).toBe(204);
  };

  it('takes effect once the new address is confirmed, and the old one is notified', async () => {
    const alice = await app.registerProven('alice');
    expect((await ask(alice, 'new-alice@example.com')).status).toBe(202);
    expect(await emailOf(alice)).toBe('alice@example.com');
    expect((await verify(await lastToken('new-alice@example.com'))).status).toBe(204);
    const { body } = await alice.get<Authenticated['user']>('/users/me');
    expect([body.email, body.emailVerified]).toEqual(['new-alice@example.com', true]);
    expect((await logIn('new-alice@example.com')).status).toBe(200);
    expect((await logIn('alice@example.com')).status).toBe(401);
    const { subject } = (await app.mailTo('alice@example.com')).at(-1) ?? {};
    expect(subject).toBe('Your email address was changed');
  });

  it('requires the password, and sends nothing without it', async () => {
    const bob = await app.register('bob');
    const refused = await ask(bob, 'new-bob@example.com', 'a wrong password');
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_credentials']);
    expect(await app.mailTo('new-bob@example.com')).toEqual([]);
  });

  it('to an address that another account verified responds the same, and only notifies that owner', async () => {
    const [carol, dave] = [await app.register('carol'), await app.register('dave')];
    await verify(await lastToken('dave@example.com'));
    const [free, taken] = [await ask(carol, 'free@example.com'), await ask(carol, 'dave@example.com')];
    expect([taken.status, taken.text]).toEqual([free.status, free.text]);
    const mail = (await app.mailTo('dave@example.com')).at(-1);
    expect([mail?.subject, mail?.token]).toEqual(['You already have an account', undefined]);
    expect(await emailOf(dave)).toBe('dave@example.com');
  });

  it('never confirms an unverified address, however many changes race', async () => {
    const erin = await app.register('erin');
    for (const round of [1, 2, 3, 4]) {
      const proven = [`erin-a${round}@example.com`, `erin-b${round}@example.com`];
      const unproven = `victim-${round}@example.com`;
      await Promise.all(proven.map((email) => ask(erin, email)));
      const tokens = await Promise.all(proven.map(lastToken));
      const [, , unprovenAnswer] = await Promise.all([...tokens.map(verify), ask(erin, unproven)]);
      expect(unprovenAnswer?.status).toBe(202);
      expect(proven).toContain(await emailOf(erin));
    }
  });

  it('never fails when two accounts take each other’s unverified address concurrently', async () => {
    for (const round of [1, 2, 3, 4, 5]) {
      const [one, other] = [await app.register(`one-${round}`), await app.register(`other-${round}`)];
      const wanted = [`other-${round}@example.com`, `one-${round}@example.com`];
      await Promise.all([one, other].map((owner, index) => ask(owner, wanted[index] ?? '')));
      const tokens = await Promise.all(wanted.map(lastToken));
      const statuses = (await Promise.all(tokens.map(verify))).map(({ status }) => status);
      expect(statuses).toEqual([204, 204]);
      expect([await emailOf(one), await emailOf(other)]).toEqual(wanted);
    }
  });

  it('is undone by the old address, which ends all access and leads to a new password', async () => {
    const frank = await app.registerProven('frank');
    const { body: script } = await frank.post<{ token: string }>('/auth/api-tokens', {
      name: 'Script',
      scopes: ['account:read'],
      password: PASSWORD,
    });
    await move(frank, 'thief@example.com');
    app.clock.advance(7 * DAY - 1);
    const token = await lastToken('frank@example.com');
    expect((await undo(token)).status).toBe(204);
    expect((await app.anonymous.as(script.token).get('/users/me')).status).toBe(401);
    const { refreshToken } = frank.session;
    expect((await app.anonymous.post('/auth/refresh', { refreshToken })).status).toBe(401);
    const mail = (await app.mailTo('frank@example.com')).at(-1);
    expect(mail?.subject).toBe('The change of your email address was undone');
    const password = 'the owner is back again';
    expect((await app.anonymous.post('/auth/password/reset', { token: mail?.token, password })).status).toBe(204);
    expect((await logIn('frank@example.com', password)).body.user.email).toBe('frank@example.com');
    expect((await undo(token)).body.code).toBe('invalid_one_time_token');
  });

  it('away from an address that was never verified gives its reader nothing', async () => {
    // Mistyped at registration: a stranger reads this address.
    const olga = await app.register('olga');
    expect((await ask(olga, 'the-real-olga@example.com')).status).toBe(202);
    await app.anonymous.post('/auth/password/forgot', { email: 'olga@example.com' });
    expect((await verify(await lastToken('the-real-olga@example.com'))).status).toBe(204);
    const mails = await app.mailTo('olga@example.com');
    expect(mails.map(({ subject }) => subject)).toEqual(['Confirm your email address', 'Reset your password']);
    const password = 'a passphrase of the stranger';
    for (const { token } of mails) {
      expect((await undo(token ?? '')).status).toBe(400);
      expect((await verify(token ?? '')).status).toBe(400);
      expect((await app.anonymous.post('/auth/password/reset', { token, password })).status).toBe(400);
    }
    expect((await olga.get<Authenticated['user']>('/users/me')).body).toMatchObject({
      email: 'the-real-olga@example.com',
      emailVerified: true,
    });
  });

  it('is undone within 7 days', async () => {
    const grace = await app.registerProven('grace');
    await move(grace, 'new-grace@example.com');
    app.clock.advance(7 * DAY);
    expect((await undo(await lastToken('grace@example.com'))).body.code).toBe('invalid_one_time_token');
  });

  it('that was undone cannot be brought back by the thief, by undoing a later change or by a link asked for before', async () => {
    const heidi = await app.registerProven('heidi');
    await move(heidi, 'thief-1@example.com');
    app.clock.advance(1);
    await move(heidi, 'thief-2@example.com');
    await ask(heidi, 'thief-3@example.com');
    const pending = await lastToken('thief-3@example.com');
    await app.anonymous.post('/auth/password/forgot', { email: 'thief-2@example.com' });
    const forgotten = await lastToken('thief-2@example.com');
    const [owners, thiefs] = [await lastToken('heidi@example.com'), await lastToken('thief-1@example.com')];
    // One more that is asked for but not yet sent.
    await ask(heidi, 'thief-4@example.com');
    expect((await undo(owners)).status).toBe(204);
    for (const token of [thiefs, owners]) expect((await undo(token)).status).toBe(400);
    expect((await verify(pending)).status).toBe(400);
    expect((await verify(await lastToken('thief-4@example.com'))).status).toBe(400);
    const password = 'a passphrase of the thief';
    expect((await app.anonymous.post('/auth/password/reset', { token: forgotten, password })).status).toBe(400);
    expect((await logIn('heidi@example.com')).body.user.email).toBe('heidi@example.com');
  });

  it('back to where it was leaves no access to the owner of the address in between', async () => {
    const kim = await app.registerProven('kim');
    await move(kim, 'kims-thief@example.com');
    app.clock.advance(1);
    await move(kim, 'kim@example.com');
    const mails = await app.mailTo('kims-thief@example.com');
    expect(mails.map(({ subject }) => subject)).toEqual(['Confirm your new email address']);
    expect((await undo(mails[0]?.token ?? '')).status).toBe(400);
    expect((await undo(await lastToken('kim@example.com'))).status).toBe(400);
  });

  it('that was undone gives the owner a link that no one can void who knows the password, and tells the other address', async () => {
    const lee = await app.registerProven('lee');
    await move(lee, 'lees-thief@example.com');
    expect((await undo(await lastToken('lee@example.com'))).status).toBe(204);
    const told = (await app.mailTo('lees-thief@example.com')).at(-1);
    expect(told?.subject).toBe('Your address was removed from an account');
    const recovery = await lastToken('lee@example.com');
    const { body: thief } = await logIn('lee');
    const change = { currentPassword: PASSWORD, newPassword: 'a passphrase of the thief' };
    expect((await app.anonymous.as(thief.accessToken).send('PUT', '/auth/password', change)).status).toBe(200);
    const password = 'the owner is back again';
    expect((await app.anonymous.post('/auth/password/reset', { token: recovery, password })).status).toBe(204);
    expect((await app.anonymous.as(thief.accessToken).get('/users/me')).status).toBe(401);
    expect((await logIn('lee', password)).status).toBe(200);
  });

  it("is undone by one of 20 who come at the same time, and no other user's address moves", async () => {
    const [ivan, judy] = [await app.registerProven('ivan'), await app.register('judy')];
    await move(ivan, 'new-ivan@example.com');
    const token = await lastToken('ivan@example.com');
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => undo(token)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(await emailOf(judy)).toBe('judy@example.com');
  });
});
