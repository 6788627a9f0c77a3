import { ACCOUNT_ENDINGS } from '../src/platform/audit/audit-event.entity';
import { Features } from '../src/platform/features/features.service';
import { newId } from '../src/platform/kernel/ids';
import { EVENT_TEXTS } from '../src/web/rendering/texts';
import { type Actor, TestApp } from './support/app';
import { type PageBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { type PageAnswer, Visitor } from './support/visitor';

const NEW_PASSWORD = 'a longer and better passphrase';

const SESSION = 'latchkey-session';

const PAGES = [
  ...['/account', '/account/profile', '/account/password', '/account/email', '/account/sessions', '/account/tokens'],
  ...['/account/tokens/new', '/account/activity', '/account/export', '/account/delete'],
];

const HOSTILE = '"><script>alert(1)</script>';
const ESCAPED = '&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;';

/** What a form answers when it is shown again. */
const shownAgain = ({ status, html }: PageAnswer, ...texts: string[]) => [
  status,
  html.includes('class="summary"'),
  ...texts.map((text) => (html.includes(text) ? text : html)),
];

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on' });
  });

  afterAll(() => app.stop());

  const newName = () => `person-${(names += 1)}`;

  /** A person who has registered in a browser. */
  const person = async (name = newName()) => ({ name, browser: await new Visitor(app.origin).register(name) });

  /** Another browser of the same person. */
  const otherBrowser = async (name: string) => {
    const browser = new Visitor(app.origin);
    await browser.logIn(name);
    return browser;
  };

  const isLoggedIn = async (browser: Visitor) => (await browser.get('/account')).status === 200;

  const flashAfter = async (browser: Visitor, { location }: PageAnswer) =>
    /<p class="flash [^>]*>([^<]*)</.exec((await browser.get(location ?? '/')).html)?.[1];

  const idsIn = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, id = '']) => id);

  const sessionIds = async (browser: Visitor) =>
    idsIn((await browser.get('/account/sessions')).html, /sessions\/([\w-]{36})\/end/g);

  const tokenIds = async (browser: Visitor) =>
    idsIn((await browser.get('/account/tokens')).html, /tokens\/([\w-]{36})\/revoke/g);

  const keyIn = ({ html }: PageAnswer) => /name="key" value="([^"]+)"/.exec(html)?.[1] ?? '';

  const secretIn = ({ html }: PageAnswer) => /value="(lk_[^"]+)"/.exec(html)?.[1] ?? '';

  const newToken = async (browser: Visitor, more: Record<string, string> = {}) => {
    const key = keyIn(await browser.get('/account/tokens/new'));
    return browser.post('/account/tokens', { key, name: 'Backup', scopes: 'notes:read', password: PASSWORD, ...more });
  };

  it('every page is shown to its account, with one heading and no cache, and the dashboard leads to the overview', async () => {
    const { name, browser } = await person();
    for (const path of PAGES) {
      const { status, html, headers } = await browser.get(path);
      expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      expect([path, html.match(/<h1>/g)]).toEqual([path, ['<h1>']]);
    }
    expect((await browser.get('/dashboard')).location).toBe('/account');
    const { html } = await browser.get('/account');
    expect(html).toContain(`<dd>${name}</dd>`);
    expect(html).toContain(`${name}@example.com (not verified)`);
    expect(html).toContain('1 active');
    expect(html).toContain('The account was registered');
    expect(html).toContain('<a href="/account" aria-current="page">Account</a>');
  });

  it('all but the overview ask for a login when the cookie turns up in another browser', async () => {
    const { browser } = await person();
    const agent = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36' };
    expect((await browser.get('/account', agent)).status).toBe(200);
    for (const path of PAGES.slice(1)) {
      const { status, location } = await browser.get(path, agent);
      expect([path, status, location]).toEqual([path, 303, `/login?next=${encodeURIComponent(path)}`]);
    }
    for (const path of ['/account/sessions/end-others', '/account/email/verification', '/account/export']) {
      expect([path, (await browser.post(path, {}, agent)).status]).toEqual([path, 303]);
    }
    expect(await isLoggedIn(browser)).toBe(true);
  });

  it('the owner renames the account; what is taken or no name is refused beside the field', async () => {
    const [{ browser }, bob] = [await person(), await person()];
    const rename = (username: string) => browser.post('/account/profile', { username });
    expect(shownAgain(await rename(bob.name.toUpperCase()), 'Username is already taken.')).toEqual([
      409,
      true,
      'Username is already taken.',
    ]);
    const wrong = await rename(HOSTILE);
    expect(shownAgain(wrong, 'Username must be 3 to 80', `value="${ESCAPED}"`)).toEqual([
      400,
      true,
      'Username must be 3 to 80',
      `value="${ESCAPED}"`,
    ]);
    expect((await browser.post('/account/profile')).status).toBe(400);
    const name = newName();
    const done = await rename(name);
    expect([done.status, await flashAfter(browser, done)]).toEqual([303, 'Your username was changed.']);
    expect((await browser.get('/account/profile')).html).toContain(`value="${name}"`);
  });

  it('a changed password ends every other session, renews the cookie of this one, and revokes API tokens unless told not to', async () => {
    const { name, browser } = await person();
    const other = await otherBrowser(name);
    const change = (currentPassword: string, newPassword: string, more: Record<string, string> = {}) =>
      browser.post('/account/password', { currentPassword, newPassword, newPasswordAgain: newPassword, ...more });
    const script = app.anonymous.as(secretIn(await newToken(browser)));
    const [stolen, device] = [browser.cookies.get(SESSION) ?? '', browser.cookies.get('latchkey-device')];
    expect((await browser.get('/account/password')).html).toContain('name="endApiTokens" checked');

    const kept = await change(PASSWORD, NEW_PASSWORD);
    expect([kept.status, kept.location]).toEqual([303, '/account']);
    expect(browser.cookies.get(SESSION)).not.toBe(stolen);
    expect(browser.cookies.get('latchkey-device')).not.toBe(device);
    expect([await isLoggedIn(browser), await isLoggedIn(other)]).toEqual([true, false]);
    const thief = new Visitor(app.origin);
    thief.cookies.set(SESSION, stolen);
    expect(await isLoggedIn(thief)).toBe(false);
    expect(await isLoggedIn(browser)).toBe(true);
    expect((await script.get('/notes')).status).toBe(200);

    expect((await change(NEW_PASSWORD, `${NEW_PASSWORD} 2`, { endApiTokens: 'on' })).status).toBe(303);
    expect((await script.get('/notes')).status).toBe(401);
    expect((await otherBrowser(name)).cookies.has(SESSION)).toBe(false);
  });

  it('a password is not changed with a wrong one, nor to one that is weak or typed in two ways', async () => {
    const { name, browser } = await person();
    const again = async (expected: string, status: number, fields: Record<string, string>) => {
      const good = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, newPasswordAgain: NEW_PASSWORD };
      const answer = await browser.post('/account/password', { ...good, ...fields });
      expect(shownAgain(answer, expected)).toEqual([status, true, expected]);
      expect(answer.html.match(/type="password" value=""/g)).toHaveLength(3);
      expect(answer.html).not.toContain('name="endApiTokens" checked');
    };
    await again('Current password is wrong.', 401, { currentPassword: 'not this one' });
    await again('New password must not be a password that', 400, {
      ...{ newPassword: 'Password123', newPasswordAgain: 'Password123' },
    });
    await again('New password again must be the same in both fields.', 400, { newPasswordAgain: 'not the same' });
    await again('New password must be 8 to 256 characters.', 400, { newPassword: '', newPasswordAgain: '' });
    expect((await browser.post('/account/password')).status).toBe(400);
    expect((await new Visitor(app.origin).logIn(name)).status).toBe(303);
  });

  it('of ten changes at once with one password, one wins', async () => {
    const { name, browser } = await person();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const newPassword = `${NEW_PASSWORD} ${index}`;
        const fields = { currentPassword: PASSWORD, newPassword, newPasswordAgain: newPassword };
        return browser.post('/account/password', fields);
      }),
    );
    expect(answers.filter(({ location }) => location === '/account')).toHaveLength(1);
    const won = answers.findIndex(({ location }) => location === '/account');
    expect((await new Visitor(app.origin).logIn(name, { password: `${NEW_PASSWORD} ${won}` })).status).toBe(303);
  });

  it('the address changes when the mailed link is followed, for the password alone', async () => {
    const [{ name, browser }, bob] = [await person(), await person()];
    const change = (email: string, password = PASSWORD) => browser.post('/account/email', { email, password });
    const wrong = await change(`new-${name}@example.com`, 'not this one');
    expect(shownAgain(wrong, 'Password is wrong.', `value="new-${name}@example.com"`)).toEqual([
      401,
      true,
      'Password is wrong.',
      `value="new-${name}@example.com"`,
    ]);
    expect(shownAgain(await change('nowhere'), 'New email must be an email address.')).toEqual([
      400,
      true,
      'New email must be an email address.',
    ]);
    const [free, taken] = [await change(`new-${name}@example.com`), await change(`${bob.name}@example.com`)];
    expect([free.status, free.location]).toEqual([taken.status, taken.location]);
    expect(await flashAfter(browser, free)).toBe('Follow the link that was mailed to the new address.');
    expect((await browser.get('/account/email')).html).toContain(`<strong>${name}@example.com</strong>`);
    await app.prove(`new-${name}@example.com`);
    expect((await browser.get('/account/email')).html).toContain(`<strong>new-${name}@example.com</strong>`);
    expect((await bob.browser.get('/account/email')).html).toContain(`<strong>${bob.name}@example.com</strong>`);
  });

  it('the link that verifies the address is sent again, once a minute', async () => {
    const { name, browser } = await person();
    const before = (await app.mailTo(`${name}@example.com`)).length;
    const sent = await browser.post('/account/email/verification');
    expect([sent.status, sent.location]).toEqual([303, '/account']);
    expect(await app.mailTo(`${name}@example.com`)).toHaveLength(before + 1);
    const again = await browser.post('/account/email/verification');
    expect([again.status, again.html.includes('try again in')]).toEqual([429, true]);
    await app.prove(`${name}@example.com`);
    expect((await browser.get('/account')).html).not.toContain('Send the link again');
  });

  it('sessions are listed with their device, and one or all others are ended at once', async () => {
    const { name, browser } = await person();
    const others = [await otherBrowser(name), await otherBrowser(name)];
    const { html } = await browser.get('/account/sessions');
    expect(html.match(/Firefox on Linux/g)).toHaveLength(3);
    expect(html.match(/\(this session\)/g)).toHaveLength(1);
    expect(html).toContain('127.0.0.1');
    const [newest = ''] = await sessionIds(browser);
    const ended = await browser.post(`/account/sessions/${newest}/end`);
    expect(await flashAfter(browser, ended)).toBe('The session has ended.');
    expect(await Promise.all([browser, ...others].map(isLoggedIn))).toEqual([true, true, false]);
    expect((await browser.post(`/account/sessions/${newest}/end`)).status).toBe(404);
    await browser.post('/account/sessions/end-others');
    expect(await Promise.all([browser, ...others].map(isLoggedIn))).toEqual([true, false, false]);
    expect(await sessionIds(browser)).toEqual([]);
  });

  it('no one ends the session or revokes the API token of another account', async () => {
    const [alice, bob] = [await person(), await person()];
    await otherBrowser(alice.name);
    await newToken(alice.browser);
    const [[session], [token]] = [await sessionIds(alice.browser), await tokenIds(alice.browser)];
    expect((await bob.browser.post(`/account/sessions/${session}/end`)).status).toBe(404);
    expect((await bob.browser.get(`/account/tokens/${token}/revoke`)).status).toBe(404);
    expect((await bob.browser.post(`/account/tokens/${token}/revoke`)).status).toBe(404);
    expect((await alice.browser.get(`/account/tokens/${token}/revoke`)).html).toContain('Backup');
    expect(await sessionIds(alice.browser)).toEqual([session]);
    expect(await tokenIds(alice.browser)).toEqual([token]);
  });

  it('ids that are unknown or none at all are error pages', async () => {
    const { browser } = await person();
    for (const [id, status] of [
      [newId(), 404],
      ['1', 400],
      ['%00', 400],
      [encodeURIComponent(HOSTILE), 400],
    ] as const) {
      const answers = [
        await browser.post(`/account/sessions/${id}/end`),
        await browser.get(`/account/tokens/${id}/revoke`),
        await browser.post(`/account/tokens/${id}/revoke`),
      ];
      expect([id, ...answers.map((answer) => answer.status)]).toEqual([id, status, status, status]);
      for (const { html } of answers) expect(html).not.toContain('<script>alert');
    }
    for (const path of ['sessions', 'tokens', 'activity']) {
      expect([path, (await browser.get(`/account/${path}?cursor=forged`)).status]).toEqual([path, 400]);
    }
  });

  it('the secret of an API token is shown once, in no cookie and no address, and works', async () => {
    const { browser } = await person();
    const day = new Date(app.clock.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const made = await newToken(browser, { name: HOSTILE, expiresAt: day });
    const secret = secretIn(made);
    expect([made.status, made.headers.get('cache-control'), made.location]).toEqual([200, 'no-store', null]);
    expect(made.html.split(secret)).toHaveLength(2);
    expect(made.html).toContain(ESCAPED);
    expect(made.html).toContain(`datetime="${day}T23:59:59.999Z"`);
    expect([...made.headers.getSetCookie(), ...browser.cookies.values()].join()).not.toContain(secret);
    const list = await browser.get('/account/tokens');
    expect([list.html.includes(secret), list.html.includes(ESCAPED), list.html.includes('<script>alert')]).toEqual([
      false,
      true,
      false,
    ]);
    const script = app.anonymous.as(secret);
    expect([(await script.get('/notes')).status, (await script.get('/users/me')).status]).toEqual([200, 403]);

    const [id] = await tokenIds(browser);
    const confirmation = await browser.get(`/account/tokens/${id}/revoke`);
    expect([confirmation.html.includes(ESCAPED), (await script.get('/notes')).status]).toEqual([true, 200]);
    const revoked = await browser.post(`/account/tokens/${id}/revoke`);
    expect(await flashAfter(browser, revoked)).toBe('The API token was revoked.');
    expect((await script.get('/notes')).status).toBe(401);
    expect((await browser.get(`/account/tokens/${id}/revoke`)).status).toBe(404);
  });

  it('a token form that is sent five times makes one token, and another form makes another', async () => {
    const { browser } = await person();
    const key = keyIn(await browser.get('/account/tokens/new'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => newToken(browser, { key })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.html).toContain('its secret was shown once');
    expect(await tokenIds(browser)).toHaveLength(1);
    const next = await newToken(browser, { key: refused ? keyIn(refused) : '' });
    expect([next.status, (await tokenIds(browser)).length]).toEqual([200, 2]);
    const other = (await person()).browser;
    expect((await newToken(other, { key })).status).toBe(200);
  });

  it('an API token needs a name, a scope, a day to come and the password; what was filled in stays', async () => {
    const { browser } = await person();
    const again = async (expected: string, status: number, fields: Record<string, string>) => {
      const answer = await newToken(browser, fields);
      expect(shownAgain(answer, expected)).toEqual([status, true, expected]);
      expect([answer.html.includes(PASSWORD), secretIn(answer)]).toEqual([false, '']);
      return answer;
    };
    const wrong = await again('Password is wrong.', 401, { password: 'not this one' });
    expect(wrong.html).toContain('value="Backup"');
    expect(wrong.html).toContain('value="notes:read" checked');
    expect(wrong.html).not.toContain('value="account:read" checked');
    await again('Name must be 1 to 100 characters.', 400, { name: '' });
    await again('Scopes must each be one of', 400, { scopes: 'everything' });
    await again('Last day must be in the future.', 400, { expiresAt: '2020-01-01' });
    await again('Last day must be within', 400, { expiresAt: '2999-01-01' });
    await again('Last day must be a date like', 400, { expiresAt: '2026-02-30' });
    const none = await browser.post('/account/tokens', { name: 'Backup', password: PASSWORD });
    expect(shownAgain(none, 'Scopes must name at least one scope.')[2]).toBe('Scopes must name at least one scope.');
    expect((await browser.post('/account/tokens')).status).toBe(400);
    expect(await tokenIds(browser)).toEqual([]);
  });

  it('activity is shown in words, page by page, each event once', async () => {
    const { name, browser } = await person();
    const actor = await app.logIn(name);
    for (let index = 0; index < 19; index += 1) await actor.patch('/users/me', { username: `${name}.${index % 2}` });
    const first = await browser.get('/account/activity');
    const next = /<a href="(\/account\/activity\?cursor=[^"]+)"/.exec(first.html)?.[1] ?? '';
    const second = await browser.get(next);
    const eventsIn = ({ html }: PageAnswer) => html.match(/<strong>/g)?.length;
    expect([eventsIn(first), second.html.includes('The account was registered')]).toEqual([20, true]);
    expect(first.html).toContain('The username was changed');
    expect(second.html).toContain('href="/account/activity">Newest</a>');
    const all = await actor.get<PageBody<object>>('/auth/activity?limit=100');
    expect(20 + (eventsIn(second) ?? 0)).toBe(all.body.items.length);
  });

  it('every event of an account has words, except those that end it', () => {
    const types = app.app.get(Features).all.flatMap(({ auditEvents = [] }) => auditEvents);
    expect(types.filter((type) => !(type in EVENT_TEXTS)).sort()).toEqual(ACCOUNT_ENDINGS);
  });

  it('an administrator is named as one in the activity of an account, without an address', async () => {
    const { name, browser } = await person();
    const actor = await app.logIn(name);
    const admin = await app.registerAdmin(newName());
    await admin.patch(`/admin/users/${actor.session.user.id}`, { roles: ['user', 'admin'] });
    const { html } = await browser.get('/account/activity');
    const event = /<strong>The roles of the account were changed<\/strong>(.*?)<\/li>/s.exec(html)?.[1] ?? '';
    expect([event.includes('An administrator'), event.includes('127.0.0.1')]).toEqual([true, false]);
  });

  it('the export is the file that the API answers, and is recorded', async () => {
    const { name, browser } = await person();
    const actor: Actor = await app.logIn(name);
    await actor.post('/notes', { title: 'Mine' });
    const file = await browser.post('/account/export');
    const api = await actor.get('/users/me/export');
    const headersOf = ({ headers }: { headers: Headers }) =>
      ['content-type', 'content-disposition', 'cache-control'].map((header) => headers.get(header));
    expect([file.status, ...headersOf(file)]).toEqual([
      ...[200, 'application/json; charset=utf-8', 'attachment; filename="latchkey-export.json"', 'no-store'],
    ]);
    expect(headersOf(api)).toEqual(headersOf(file));
    const content = JSON.parse(file.html) as { account: { username: string }; notes: { title: string }[] };
    expect([content.account.username, content.notes.map(({ title }) => title)]).toEqual([name, ['Mine']]);
    expect((await browser.get('/account')).html).toContain('The data of the account was exported');
  });

  it('exports through pages and through the API share one limit', async () => {
    const { name, browser } = await person();
    const actor = await app.logIn(name);
    for (let index = 0; index < 15; index += 1) {
      const statuses = [(await browser.post('/account/export')).status, (await actor.get('/users/me/export')).status];
      expect([index, ...statuses]).toEqual([index, 200, 200]);
    }
    expect((await browser.post('/account/export')).status).toBe(429);
    expect((await actor.get('/users/me/export')).status).toBe(429);
  });

  it('an account is deleted for its password and a checked box, and its browser is logged out', async () => {
    const [{ name, browser }, bob] = [await person(), await person()];
    const other = await otherBrowser(name);
    const remove = (fields: Record<string, string>) => browser.post('/account/delete', fields);
    expect(shownAgain(await remove({ password: 'not this one', confirm: 'on' }), 'Password is wrong.')).toEqual([
      401,
      true,
      'Password is wrong.',
    ]);
    expect(shownAgain(await remove({ password: PASSWORD }), 'Confirmation must be checked.')).toEqual([
      400,
      true,
      'Confirmation must be checked.',
    ]);
    expect((await remove({})).status).toBe(400);
    expect([await isLoggedIn(browser), await isLoggedIn(other)]).toEqual([true, true]);
    const done = await remove({ password: PASSWORD, confirm: 'on' });
    expect([done.status, done.location, browser.cookies.has(SESSION)]).toEqual([303, '/', false]);
    expect(await flashAfter(browser, done)).toBe('Your account and everything in it were deleted.');
    expect([await isLoggedIn(browser), await isLoggedIn(other), await isLoggedIn(bob.browser)]).toEqual([
      false,
      false,
      true,
    ]);
    expect((await new Visitor(app.origin).logIn(name)).status).toBe(401);
  });

  it('wrong passwords on pages and in the API are counted together', async () => {
    const { name, browser } = await person();
    const actor = await app.logIn(name);
    // A stolen cookie is not a known device.
    browser.cookies.delete('latchkey-device');
    const wrong = 'not this one';
    const forms: [string, Record<string, string>][] = [
      ['/account/password', { currentPassword: wrong, newPassword: NEW_PASSWORD, newPasswordAgain: NEW_PASSWORD }],
      ['/account/email', { email: 'someone@example.com', password: wrong }],
      ['/account/tokens', { name: 'Backup', scopes: 'notes:read', password: wrong }],
      ['/account/delete', { password: wrong, confirm: 'on' }],
    ];
    const guesses = [...forms, ...forms].slice(0, 6);
    for (const [path, fields] of guesses)
      expect([path, (await browser.post(path, fields)).status]).toEqual([path, 401]);
    for (const [path, fields] of forms) {
      const answer = await browser.post(path, fields);
      expect([path, answer.status, answer.html.includes('try again in')]).toEqual([path, 429, true]);
    }
    const api = await actor.send<Problem>('DELETE', '/users/me', { password: wrong });
    expect([api.status, api.body.code]).toEqual([429, 'rate_limited']);
    expect(await isLoggedIn(browser)).toBe(true);
  });
});
