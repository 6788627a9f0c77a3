import { TestApp } from './support/app';
import { type PageBody, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { Visitor } from './support/visitor';

const NEW_PASSWORD = 'a longer and better passphrase';

const PAGES = ['/forgot-password', '/reset-password', '/verify-email', '/undo-email-change', '/keep-second-factor'];

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const newName = () => `person-${(names += 1)}`;

  const visitor = () => new Visitor(app.origin);

  const mailOf = (name: string) => app.mailTo(`${name}@example.com`);

  const tokenFor = async (name: string) =>
    (await mailOf(name)).findLast(({ token }) => token !== undefined)?.token ?? '';

  /** Asks for a link to a new password. @returns its token */
  async function forgotten(name: string): Promise<string> {
    expect((await visitor().post('/forgot-password', { email: `${name}@example.com` })).status).toBe(303);
    return tokenFor(name);
  }

  const reset = (token: string, password = NEW_PASSWORD, passwordAgain = password) =>
    visitor().post('/reset-password', { token, password, passwordAgain });

  it('login leads to the recovery of a forgotten password, and every page of a mailed link has a form for its token', async () => {
    expect((await visitor().get('/login')).html).toContain('href="/forgot-password"');
    for (const path of PAGES) {
      const { status, html, headers } = await visitor().get(path);
      expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      expect(html).toContain(`<form method="post" action="${path}">`);
      expect(html.includes('data-token-from-fragment')).toBe(path !== '/forgot-password');
    }
  });

  it('a known and an unknown address get the same answer, and only the known one a mail, whose link leads to the page', async () => {
    const name = newName();
    await app.register(name);
    const known = visitor();
    const unknown = visitor();
    const answers = [
      await known.post('/forgot-password', { email: `${name}@example.com` }),
      await unknown.post('/forgot-password', { email: 'nobody@example.com' }),
    ];
    expect(answers.map(({ status, location }) => [status, location])).toEqual([
      [303, '/login'],
      [303, '/login'],
    ]);
    for (const one of [known, unknown]) {
      expect((await one.get('/login')).html).toContain('If an account has this address, a link is on its way.');
    }
    expect((await mailOf(name)).at(-1)?.link).toMatch(/^http:\/\/localhost:\d+\/reset-password#token=/);
    expect(await mailOf('nobody')).toEqual([]);
  });

  it('what is no address is refused in the form, which keeps it as text', async () => {
    const { status, html } = await visitor().post('/forgot-password', { email: '"><script>alert(1)</script>' });
    expect(status).toBe(400);
    expect(html).toContain('Email must be an email address.');
    expect(html).toContain('value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(html).not.toContain('<script>alert');
  });

  it('a field that is sent twice is refused, as limits would count neither', async () => {
    const fields = new URLSearchParams([
      ['email', 'one@example.com'],
      ['email', 'two@example.com'],
    ]);
    const sent = await visitor().send('POST', '/forgot-password', fields, { 'sec-fetch-site': 'same-origin' });
    expect([sent.status, sent.html.includes('Email must be sent once.')]).toEqual([400, true]);
    const name = newName();
    await app.register(name);
    const login = new URLSearchParams([
      ['username', 'someone-else'],
      ['username', name],
      ['password', PASSWORD],
    ]);
    const answer = await visitor().send('POST', '/login', login, { 'sec-fetch-site': 'same-origin' });
    expect([answer.status, answer.html.includes('must be sent once')]).toEqual([400, true]);
  });

  it('the token of the mail sets a new password once, and ends every session', async () => {
    const name = newName();
    const before = await visitor().register(name);
    const token = await forgotten(name);
    const answer = await reset(token);
    expect([answer.status, answer.location]).toEqual([303, '/login']);
    expect((await before.get('/account')).location).toMatch(/^\/login/);
    expect((await visitor().logIn(name)).status).toBe(401);
    expect((await visitor().logIn(name, { password: NEW_PASSWORD })).status).toBe(303);
    const again = await reset(token, 'yet another good passphrase');
    expect(again.status).toBe(400);
    expect(again.html).toContain('The link is not valid');
    expect(again.html).toContain('<a href="/forgot-password">Request a new link</a>');
    expect((await visitor().logIn(name, { password: NEW_PASSWORD })).status).toBe(303);
  });

  it('a new password that is weak, short or typed in two ways is refused beside its field, and the token stays good', async () => {
    const name = newName();
    await app.register(name);
    const token = await forgotten(name);
    const refused = async (expected: string, ...passwords: [string, string?]) => {
      const { status, html } = await reset(token, ...passwords);
      expect([expected, status, html.includes(expected)]).toEqual([expected, 400, true]);
      expect(html).toContain(`value="${token}"`);
      expect(html).not.toContain(passwords[0]);
    };
    await refused('Password must not be a password that', 'Password123');
    await refused('Password must be 8 to 256 characters.', 'sh0rt-1');
    await refused('Password again must be the same in both fields.', NEW_PASSWORD, 'another one');
    expect((await reset(token)).status).toBe(303);
  });

  it('tokens that are not ours, of another purpose or missing are refused everywhere', async () => {
    const name = newName();
    await app.register(name);
    const verification = await tokenFor(name);
    const good = { password: NEW_PASSWORD, passwordAgain: NEW_PASSWORD };
    for (const path of PAGES.slice(1)) {
      const wrong = [
        'x'.repeat(43),
        '<b>',
        'ä\0',
        'x'.repeat(513),
        '',
        ...(path === '/verify-email' ? [] : [verification]),
      ];
      for (const token of wrong) {
        const { status, html } = await visitor().post(path, { token, ...good });
        expect([path, token, status, html.includes('class="summary"')]).toEqual([path, token, 400, true]);
      }
      expect((await visitor().post(path)).status).toBe(400);
    }
    expect((await visitor().logIn(name)).status).toBe(303);
  });

  it('nothing is verified by opening the link; the form verifies the address, logged in or not', async () => {
    for (const isLoggedIn of [true, false]) {
      const name = newName();
      const owner = await visitor().register(name);
      const token = await tokenFor(name);
      await owner.get(`/verify-email?token=${token}`);
      expect((await owner.get('/account')).html).toContain('(not verified)');
      const reader = isLoggedIn ? owner : visitor();
      const answer = await reader.post('/verify-email', { token: ` ${token}\r\n` });
      expect([answer.status, answer.location]).toEqual([303, isLoggedIn ? '/account' : '/login']);
      expect((await reader.get(answer.location ?? '')).html).toContain('Your email address is verified.');
      expect((await owner.get('/account')).html).toContain('(verified)');
    }
  });

  it('of twenty uses of one token at once, one counts', async () => {
    const name = newName();
    await app.register(name);
    const token = await tokenFor(name);
    const answers = await Promise.all(Array.from({ length: 20 }, () => visitor().post('/verify-email', { token })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([303, ...Array.from({ length: 19 }, () => 400)].sort());
  });

  it('the former address undoes a change: every session and API token ends, and its mail leads to a new password', async () => {
    const name = newName();
    const actor = await app.registerProven(name);
    const thief = visitor();
    await thief.logIn(name);
    const made = { name: 'Script', scopes: ['notes:read'], password: PASSWORD };
    const script = app.anonymous.as((await actor.post<{ token: string }>('/auth/api-tokens', made)).body.token);
    await thief.post('/account/email', { email: `thief-${name}@example.com`, password: PASSWORD });
    await app.prove(`thief-${name}@example.com`);
    expect((await thief.get('/account')).html).toContain(`thief-${name}@example.com`);
    expect((await script.get<PageBody<object>>('/notes')).status).toBe(200);

    const link = (await mailOf(name)).at(-1);
    expect(link?.link).toMatch(/^http:\/\/localhost:\d+\/undo-email-change#token=/);
    const page = await visitor().get('/undo-email-change');
    expect(page.html).toContain('Every session and every API token of the account ends');
    const owner = visitor();
    const answer = await owner.post('/undo-email-change', { token: link?.token ?? '' });
    expect([answer.status, answer.location]).toEqual([303, '/login']);
    expect((await owner.get('/login')).html).toContain('The change was undone');

    expect((await thief.get('/account')).location).toMatch(/^\/login/);
    expect((await script.get('/notes')).status).toBe(401);
    expect((await reset(await tokenFor(name))).status).toBe(303);
    await owner.logIn(name, { password: NEW_PASSWORD });
    expect((await owner.get('/account')).html).toContain(`<dd>${name}@example.com (verified)`);
    expect((await owner.post('/undo-email-change', { token: link?.token ?? '' })).status).toBe(400);
  });

  it('an address that another account verified meanwhile is refused with a reason', async () => {
    const [one, two] = [newName(), newName()];
    const owner = await app.registerProven(one);
    const other = await app.registerProven(two);
    const shared = `${newName()}@example.com`;
    for (const actor of [owner, other]) await actor.post('/users/me/email', { email: shared, password: PASSWORD });
    const [first, second] = (await app.mailTo(shared)).map(({ token = '' }) => token);
    expect((await visitor().post('/verify-email', { token: first ?? '' })).status).toBe(303);
    const late = await visitor().post('/verify-email', { token: second ?? '' });
    expect([late.status, late.html.includes('The email address is already taken.')]).toEqual([409, true]);
  });
});
