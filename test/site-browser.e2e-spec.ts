import { mkdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { SiteConfig } from '../src/platform/config/site.config';
import { Database } from '../src/platform/database/database.service';
import { User } from '../src/users/user.entity';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import { Authenticator } from './support/authenticator';
import { launchBrowser } from './support/browser';
import { type NoteBody, PASSWORD } from './support/client';
import { addPasskey, HandmadePasskey } from './support/passkeys';
import { OtherSite, Person } from './support/people';
import { TestPagesController } from './support/test-pages';

// A browser on a busy machine takes its time.
jest.setTimeout(120_000);

const KILOBYTE = 1024;
const SCREENSHOTS = 'screenshots';

/** What other sites hope that a visitor is sent to. */
const HOSTILE = [
  ...[
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    '/\\/evil.example',
  ],
  ...['https:', 'https:evil.example', 'https:/evil.example', 'https://evil.example', 'HTTPS://evil.example'],
  ...[
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
  ],
  ...['/%2Fevil.example', '/%2F/evil.example', '/%5cevil.example', '/%5c%5cevil.example', '/%09/evil.example'],
  ...['/%0d%0aLocation:%20https://evil.example', '/%252Fevil.example', '/%25255cevil.example', '/%00/evil.example'],
  ...[
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/\r\n/evil.example',
    '/\0/evil.example',
  ],
  ...[
    '/\u00a0/evil.example',
    '/\u2028/evil.example',
    '/\uff0fevil.example',
    '\uff0f\uff0fevil.example',
    '/\u200b/evil.example',
  ],
  ...[
    '/..//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e%2e//evil.example',
    '//user@evil.example:443',
  ],
  ...['.', '@evil.example', ';@evil.example', '//127.0.0.1@evil.example/', `//${'x'.repeat(3000)}`, '\ud800'],
];

/** Text that runs where it is not escaped. */
const SCRIPTS = [
  '"><script>alert(1)</script>',
  '\'"><img src=x onerror=alert(1)>',
  '</textarea></title><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{ "<script>alert(1)</script>" | raw }}',
];

/** Markdown that runs, or loads something, where what it makes is not sanitized. */
const MARKDOWN = [
  '[click](javascript:alert(1)) [click](JaVaScRiPt&colon;alert(1)) <javascript:alert(1)>',
  '![x](x" onerror="alert(1)) ![x](https://evil.example/x.png) ![x](//evil.example/x.svg)',
  '<img src=x onerror=alert(1)><svg/onload=alert(1)><iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a><form action="https://evil.example"><button>x</button></form>',
  '<style>body{background:url(https://evil.example)}</style><link rel=stylesheet href=//evil.example>',
  '[x]: data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\n\n[click][x] <base href="https://evil.example/">',
  '```html\n<script>alert(1)</script>\n```\n\n`<script>alert(1)</script>` &lt;script&gt;alert(1)&lt;/script&gt;',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
].join('\n\n');

/**
 * Who sees a page: anyone; the owner of the rows, who is an administrator too; an account with a second factor; someone
 * whose password for it was right, or who has to set one up.
 */
type Who = 'visitor' | 'owner' | 'guarded' | 'halfIn' | 'enrolling';

/** Every page, by a name, where it is, and who sees it. */
const PAGES: readonly (readonly [name: string, path: string, who: Who])[] = [
  ['home', '/', 'visitor'],
  ['login', '/login', 'visitor'],
  ['login-email-link', '/login/email#token=lko_abc', 'visitor'],
  ['register', '/register', 'visitor'],
  ['login-email', '/login/email', 'visitor'],
  ['login-email-code', '/login/email/code', 'halfIn'],
  ['second-factor', '/login/second-factor', 'halfIn'],
  ['enroll', '/login/enroll', 'enrolling'],
  ['enroll-totp', '/login/enroll/:enrolled', 'enrolling'],
  ['security-empty', '/account/security', 'owner'],
  ['security', '/account/security', 'guarded'],
  ['step-up', '/account/step-up', 'guarded'],
  ['step-up-password', '/account/step-up', 'owner'],
  ['totp-new', '/account/security/totp', 'guarded'],
  ['totp-confirm', '/account/security/totp/:waiting', 'guarded'],
  ['totp-remove', '/account/security/totp/:totp/remove', 'guarded'],
  ['passkey-new', '/account/security/passkeys', 'guarded'],
  ['passkey-rename', '/account/security/passkeys/:passkey', 'guarded'],
  ['passkey-remove', '/account/security/passkeys/:passkey/remove', 'guarded'],
  ['recovery-codes', '/account/security/recovery-codes', 'guarded'],
  ['forgot-password', '/forgot-password', 'visitor'],
  ['reset-password', '/reset-password#token=lko_abc', 'visitor'],
  ['verify-email', '/verify-email', 'visitor'],
  ['undo-email-change', '/undo-email-change', 'visitor'],
  ['keep-second-factor', '/keep-second-factor', 'visitor'],
  ['missing', '/no/such/page', 'visitor'],
  ['greeting', '/', 'owner'],
  ['forbidden', '/notes/:foreign', 'owner'],
  ['notes', '/notes', 'owner'],
  ['note', '/notes/:note', 'owner'],
  ['note-new', '/notes/new', 'owner'],
  ['note-edit', '/notes/:note/edit', 'owner'],
  ['note-delete', '/notes/:note/delete', 'owner'],
  ['account', '/account', 'owner'],
  ['profile', '/account/profile', 'owner'],
  ['password', '/account/password', 'owner'],
  ['email', '/account/email', 'owner'],
  ['sessions', '/account/sessions', 'owner'],
  ['tokens', '/account/tokens', 'owner'],
  ['token-new', '/account/tokens/new', 'owner'],
  ['token-revoke', '/account/tokens/:token/revoke', 'owner'],
  ['activity', '/account/activity', 'owner'],
  ['export', '/account/export', 'owner'],
  ['account-delete', '/account/delete', 'owner'],
  ['users', '/admin/users', 'owner'],
  ['user', '/admin/users/:user', 'owner'],
  ['user-deactivate', '/admin/users/:user/deactivate', 'owner'],
  ['user-reactivate', '/admin/users/:user/reactivate', 'owner'],
  ['audit', '/admin/audit', 'owner'],
];

const REFUSALS: Readonly<Record<string, number>> = { missing: 404, forbidden: 403 };

/** The narrowest screen that pages must fit on (WCAG 1.4.10), and those that screenshots are made of. */
const SCREENS = [
  ['narrow', 320, 640],
  ['phone', 390, 844],
  ['desktop', 1280, 800],
] as const;

const isDue = process.env['SCREENSHOTS'] !== undefined;

describe('the site in Chromium', () => {
  let app: TestApp;
  let browser: Browser;
  let other: OtherSite;
  let owner: Person;
  let visitor: Person;
  let guarded: Person;
  let halfIn: Person;
  let enrolling: Person;
  const people: Person[] = [];

  beforeAll(async () => {
    [app, browser, other] = await Promise.all([
      TestApp.start('sqlite', { EMAIL_SIGN_IN: 'on', TRUSTED_DEVICE_TTL: '2592000' }, [TestPagesController]),
      launchBrowser(),
      OtherSite.start(),
    ]);
    [owner, visitor, guarded, halfIn, enrolling] = [
      await someone(),
      await someone(),
      await someone(),
      await someone(),
      await someone(),
    ];
    await owner.register('owner');
    await makeRows();
    await makeFactors();
    if (isDue) mkdirSync(SCREENSHOTS, { recursive: true });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const person of people.splice(5)) await person.leave();
  });

  afterAll(async () => {
    await browser.close();
    other.stop();
    await app.stop();
  });

  /** Ids of rows that pages are about, by their names in paths. */
  const rows: Record<string, string> = {};

  const makeRows = async () => {
    const actor = await app.logIn('owner');
    const other = await app.register('other');
    const users = app.app.get(UsersService);
    await users.updateStatus(OPERATOR, actor.session.user.id, { roles: ['user', 'admin'] });
    const texts = [
      '# A title\n\nText with `code`, a [link](https://example.com/) and\n\n- a list\n- of items',
      'x'.repeat(400),
    ];
    const notes = [];
    for (const content of texts)
      notes.push(await actor.post<NoteBody>('/notes', { title: content.slice(0, 200), content }));
    const foreign = await other.post<NoteBody>('/notes', { title: 'Private', content: 'Private' });
    const token = { name: 'x'.repeat(100), scopes: ['notes:read'], password: PASSWORD };
    const made = await actor.post<{ id: string }>('/auth/api-tokens', token);
    Object.assign(rows, {
      note: notes[0]?.body.id,
      foreign: foreign.body.id,
      token: made.body.id,
      user: other.session.user.id,
    });
  };

  /** An account with second factors of each kind, whose owner trusts a browser, and one that has to set up its first. */
  const makeFactors = async () => {
    const actor = await app.register('guarded');
    const authenticator = await Authenticator.enroll(app, actor, 'x'.repeat(100));
    const passkey = new HandmadePasskey(app.origin.replace('127.0.0.1', 'localhost'));
    const added = await addPasskey(actor, passkey, 'x'.repeat(100));
    for (const person of [guarded, halfIn]) {
      await person.open('/login');
      await person.logIn('guarded');
    }
    await guarded.fill({ Code: authenticator.code() });
    await guarded.page.getByLabel('Trust this device').first().check();
    await guarded.press('Log in');
    await guarded.open('/account/security/totp');
    await guarded.press('Continue');
    const [, waiting = ''] = /totp\/([\w-]+)$/.exec(guarded.path) ?? [];
    const mail = await halfIn.context.newPage();
    await mail.goto(`${app.origin}/login/email`);
    await mail.getByLabel('Email').fill('guarded@example.com');
    await mail.getByRole('button', { name: 'Send the code' }).click();
    await mail.waitForURL('**/login/email/code');
    await mail.close();
    const newcomer = await app.register('enrolling');
    const wanted = { requiresSecondFactor: true };
    await app.app.get(Database).manager.update(User, { id: newcomer.session.user.id }, wanted);
    await enrolling.open('/login');
    await enrolling.logIn('enrolling');
    await enrolling.press('Set up an authenticator app');
    const [, enrolled = ''] = /enroll\/([\w-]+)$/.exec(enrolling.path) ?? [];
    Object.assign(rows, { totp: authenticator.id, passkey: added.body.id, waiting, enrolled });
  };

  const someone = async (options: Parameters<typeof Person.arrive>[2] = {}) => {
    const person = await Person.arrive(browser, app.origin, options);
    people.push(person);
    return person;
  };

  /** A person whose browser has what another one kept: cookies that outlive a restart, or all of them. */
  const after = async (person: Person, kept: (expires: number) => boolean, userAgent?: string) => {
    const { cookies } = await person.context.storageState();
    const storageState = { cookies: cookies.filter(({ expires }) => kept(expires)), origins: [] };
    return someone({ storageState, ...(userAgent !== undefined && { userAgent }) });
  };

  const isIn = async (person: Person) => (await person.open('/'), (await person.text()).includes('Hello, '));

  describe('a person', () => {
    it('registers, is greeted, logs out, comes back to a protected page by a login', async () => {
      const alice = await (await someone()).register('alice');
      expect(alice.path).toBe('/');
      expect(await alice.text()).toContain('Hello, alice');
      expect(await alice.page.getByRole('status').innerText()).toContain('Welcome');
      await alice.press('Log out');
      expect(await alice.text()).toContain('You are logged out.');
      await alice.open('/test/private?a=1');
      expect(alice.path).toBe('/login?next=%2Ftest%2Fprivate%3Fa%3D1');
      expect(await alice.text()).toContain('Please log in to access this page.');
      await alice.fill({ 'Username or email': 'alice', Password: 'a wrong password' });
      await alice.press('Log in');
      expect(await alice.text()).toContain('The username or the password is wrong.');
      await alice.logIn('alice');
      expect(alice.path).toBe('/test/private?a=1');
      expect(alice.complaints).toEqual([]);
    });

    it('without scripts does the same', async () => {
      const carol = await (await someone({ javaScriptEnabled: false })).register('carol');
      expect(await carol.text()).toContain('Hello, carol');
      await carol.press('Log out');
      await carol.open('/test/private');
      await carol.logIn('carol');
      expect(carol.path).toBe('/test/private');
    });

    it('logs in by the keyboard alone', async () => {
      const person = await someone();
      await person.open('/login');
      const { keyboard } = person.page;
      const focused = () =>
        person.page.evaluate<string>('document.activeElement.name || document.activeElement.className');
      await keyboard.press('Tab');
      expect(await focused()).toBe('skip');
      await keyboard.press('Enter');
      for (let tabs = 0; tabs < 3 && (await focused()) !== 'username'; tabs += 1) await keyboard.press('Tab');
      await keyboard.type('owner');
      await keyboard.press('Tab');
      await keyboard.type(PASSWORD);
      for (let tabs = 0; tabs < 3 && (await focused()) !== 'remember'; tabs += 1) await keyboard.press('Tab');
      await keyboard.press('Space');
      await Promise.all([person.page.waitForURL(`${app.origin}/`), keyboard.press('Enter')]);
      expect(await person.text()).toContain('Hello, owner');
      expect((await person.context.cookies()).find(({ name }) => name === 'latchkey-session')?.expires).toBeGreaterThan(
        0,
      );
    });

    it('is remembered by a browser that starts again when asked to be, and not otherwise', async () => {
      for (const remembered of [true, false]) {
        const person = await someone();
        await person.open('/login');
        await person.page.getByLabel('Remember me').setChecked(remembered);
        await person.logIn('owner');
        expect(await isIn(await after(person, (expires) => expires !== -1))).toBe(remembered);
      }
    });

    it('has cookies that no script and no other site reads', async () => {
      expect(await owner.page.evaluate('document.cookie')).toBe('');
      for (const cookie of await owner.context.cookies()) {
        expect(cookie).toMatchObject({ httpOnly: true, path: '/', domain: '127.0.0.1' });
        expect(['Lax', 'Strict']).toContain(cookie.sameSite);
      }
    });

    it('who presses a button twice sends the form once', async () => {
      const person = await someone();
      const sent: string[] = [];
      person.page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
      await person.open('/register');
      const passwords = { Password: PASSWORD, 'Password again': PASSWORD };
      await person.fill({ Username: 'twice', Email: 'twice@example.com', ...passwords });
      await person.page.getByRole('button', { name: 'Register' }).dblclick();
      await person.page.waitForURL(`${app.origin}/`);
      expect(await person.text()).toContain('Hello, twice');
      expect(sent).toHaveLength(1);
    });

    it('who logs out sees nothing private by going back', async () => {
      const person = await (await someone()).register('backward');
      await person.open('/test/private');
      await person.press('Log out');
      for (let back = 0; back < 3; back += 1) {
        await person.page.goBack();
        expect(await person.text()).not.toContain('Hello, ');
      }
    });

    it('has one session in two tabs', async () => {
      const person = await (await someone()).register('tabs');
      const second = await person.context.newPage();
      await second.goto(`${app.origin}/test/private`);
      await person.press('Log out');
      await person.open('/login');
      await second.reload();
      expect(second.url()).toContain('/login?next=%2Ftest%2Fprivate');
      await person.logIn('tabs');
      await second.getByLabel('Username or email').fill('tabs');
      await second.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await second.getByRole('button', { name: 'Log in' }).click();
      await second.waitForURL('**/test/private');
      expect(await isIn(person)).toBe(true);
    });

    it.each(['basic', 'strong'] as const)('whose cookies were copied is protected: %s', async (protection) => {
      jest.replaceProperty(app.app.get(SiteConfig), 'sessionProtection', protection);
      const person = await (await someone()).register(`copied-${protection}`);
      const same = await after(person, () => true);
      await same.open('/test/sensitive');
      expect(same.path).toBe('/test/sensitive');
      const safari =
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15';
      const thief = await after(person, () => true, safari);
      expect(await isIn(thief)).toBe(protection === 'basic');
      await thief.open('/test/sensitive');
      expect(thief.path).toBe('/login?next=%2Ftest%2Fsensitive');
      expect(await isIn(person)).toBe(protection === 'basic');
    });
  });

  describe('another site', () => {
    const form = (path: string) =>
      `<form method="post" action="${app.origin}${path}"><input name="a" value="b"></form><script>document.forms[0].submit()</script>`;

    /** Opens a page that sends a form by itself. @returns the answer that it got */
    const attack = async (person: Person, html: string, host: string) => {
      const page = await person.context.newPage();
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.goto(other.serve(html, host)).catch(() => null);
      const status = (await answer).status();
      await page.close();
      return status;
    };

    it.each([
      ['of the same site', '127.0.0.1', (html: string) => html],
      ['of another site', 'localhost', (html: string) => html],
      [
        'in a frame without an origin',
        '127.0.0.1',
        (html: string) =>
          `<iframe sandbox="allow-scripts allow-forms" srcdoc="${html.replaceAll('"', '&quot;')}"></iframe>`,
      ],
    ])('%s cannot send a form in a person’s name', async (_, host, wrap) => {
      const victim = await after(owner, () => true);
      for (const path of ['/logout', '/login', '/register']) {
        expect([path, await attack(victim, wrap(form(path)), host)]).toEqual([path, 403]);
      }
      // From elsewhere the cookie does not come along either.
      expect([303, 403]).toContain(await attack(victim, wrap(form('/test/private')), host));
      await victim.open('/test/private');
      expect(await victim.text()).toContain('Hello, owner');
      expect(await victim.text()).not.toContain('It is saved.');
    });

    it('cannot show the site in a frame', async () => {
      const { page } = await after(owner, () => true);
      await page.goto(other.serve(`<iframe src="${app.origin}/"></iframe>`));
      const [, frame] = page.frames();
      expect(await frame?.content()).not.toContain('Hello, ');
    });

    it('is nowhere that a login leads to', async () => {
      for (const next of HOSTILE) {
        await owner.open(`/login?next=${encodeURIComponent(next.toWellFormed())}`);
        expect([next, owner.page.url()]).toEqual([next, `${app.origin}/`]);
      }
      const person = await someone();
      for (const next of ['//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)']) {
        await person.context.clearCookies({ name: 'latchkey-session' });
        await person.open(`/login?next=${encodeURIComponent(next)}`);
        await person.logIn('owner');
        expect([next, person.page.url()]).toEqual([next, `${app.origin}/`]);
      }
      expect(person.complaints).toEqual([]);
    });
  });

  describe('script', () => {
    it('in an address runs nowhere', async () => {
      for (const script of SCRIPTS) {
        const text = encodeURIComponent(script);
        for (const path of [`/login?next=${text}`, `/register?next=/${text}`, `/${text}`, `/?x=${text}#${text}`]) {
          await visitor.open(path);
        }
      }
      expect(visitor.complaints).toEqual([]);
    });

    it('in a field runs nowhere, and comes back as it was typed', async () => {
      for (const [at, script] of SCRIPTS.entries()) {
        const other = SCRIPTS.at(at - 1) ?? script;
        await visitor.open(at % 2 === 0 ? '/register' : '/login');
        const [name, button] = at % 2 === 0 ? ['Username', 'Register'] : ['Username or email', 'Log in'];
        if (at % 2 === 0) {
          await visitor.page.evaluate('email.type = "text"; email.form.noValidate = true');
          await visitor.fill({ Email: other, 'Password again': script });
        }
        await visitor.fill({ [name]: script, Password: other });
        await visitor.press(button);
        expect(await visitor.page.getByLabel(name, { exact: true }).inputValue()).toBe(script);
        if (at % 2 === 0) expect(await visitor.page.getByLabel('Email').inputValue()).toBe(other);
      }
      expect(visitor.complaints).toEqual([]);
    });
  });

  describe('notes', () => {
    const save = async (person: Person, fields: Record<string, string>) => {
      await person.fill(fields);
      await person.press('Save');
    };
    const titles = async (person: Person) => {
      await person.open('/notes');
      return person.page.locator('main h2').allInnerTexts();
    };

    it('are written, pinned, changed and deleted', async () => {
      const person = await (await someone()).register('writer');
      for (const title of ['First', 'Second', 'Third']) {
        await person.open('/notes/new');
        await save(person, { Title: title, Text: `**${title}** text` });
      }
      expect(await titles(person)).toEqual(['Third', 'Second', 'First']);
      await person.press('Pin First');
      expect(await titles(person)).toEqual(['First', 'Third', 'Second']);
      await person.page.getByRole('link', { name: 'Second' }).click();
      expect(await person.page.locator('.prose strong').innerText()).toBe('Second');
      await person.page.getByRole('link', { name: 'Edit' }).click();
      await save(person, { Title: 'Changed', Text: 'Other text' });
      expect(await person.text()).toContain('Other text');
      await person.page.getByRole('link', { name: 'Delete' }).click();
      await person.press('Delete');
      expect(await titles(person)).toEqual(['First', 'Third']);
      expect(person.complaints).toEqual([]);
    });

    it('are printed without buttons', async () => {
      const person = await (await someone()).register('printer');
      await person.open('/notes/new');
      await save(person, { Title: 'On paper', Text: '' });
      await person.open('/notes');
      await person.page.emulateMedia({ media: 'print' });
      expect(await person.page.locator('main h2').isVisible()).toBe(true);
      expect(await person.page.getByRole('button').count()).toBe(0);
    });

    it('are made once, however often the button is pressed, also without scripts', async () => {
      for (const javaScriptEnabled of [true, false]) {
        const person = await (await someone({ javaScriptEnabled })).register(`hasty-${javaScriptEnabled}`);
        await person.open('/notes/new');
        await person.fill({ Title: 'Once', Text: '' });
        await person.page.getByRole('button', { name: 'Save' }).dblclick();
        await person.page.waitForURL((url) => url.pathname !== '/notes/new');
        expect(await titles(person)).toEqual(['Once']);
      }
    });

    it('that were changed in another tab meanwhile are not overwritten unasked', async () => {
      const person = await (await someone()).register('torn');
      await person.open('/notes/new');
      await save(person, { Title: 'Shared', Text: 'Before' });
      await person.open('/notes');
      await person.page.getByRole('link', { name: 'Shared' }).click();
      await person.page.getByRole('link', { name: 'Edit' }).click();
      const address = person.page.url();
      const second = await person.context.newPage();
      await second.goto(address);
      app.clock.advance(1000);
      await save(person, { Text: 'From the first tab' });
      await second.getByLabel('Text').fill('From the second tab');
      await second.getByRole('button', { name: 'Save', exact: true }).click();
      await second.getByRole('heading', { level: 1, name: 'changed in the meantime' }).waitFor();
      expect(await second.locator('body').innerText()).toContain('From the first tab');
      expect(await second.getByLabel('Text').inputValue()).toBe('From the second tab');
      await second.getByRole('button', { name: 'Save my version over it' }).click();
      await second.waitForURL(/\/notes\/[^/]+$/);
      expect(await second.locator('main').innerText()).toContain('From the second tab');
    });

    it('run no script and load nothing from elsewhere, on any page', async () => {
      const person = await (await someone()).register('hostile');
      for (const script of [...SCRIPTS, MARKDOWN]) {
        await person.open('/notes/new');
        const title = script.slice(0, 100).replaceAll('\n', ' ');
        await save(person, { Title: title, Text: script });
        await person.open('/notes');
        await person.page.locator('main h2 a').first().click();
        expect(await person.page.locator('h1').innerText()).toBe(title.replaceAll(/ +/g, ' ').trim());
        for (const link of await person.page.locator('main a').all()) {
          expect(await link.getAttribute('href')).toMatch(/^(\/|https?:|mailto:|#)/);
        }
        const { pathname } = new URL(person.page.url());
        await person.open(`${pathname}/edit`);
        expect(await person.page.getByLabel('Text').inputValue()).toBe(script);
        await person.open(`${pathname}/delete`);
      }
      expect(person.complaints).toEqual([]);
    });
  });

  describe('an account', () => {
    it('is recovered through the mailed link, whose token leaves the address', async () => {
      const person = await (await someone()).register('forgetful');
      await person.press('Log out');
      await person.open('/forgot-password');
      await person.fill({ Email: 'forgetful@example.com' });
      await person.press('Send the link');
      const { link = '' } =
        (await app.mailTo('forgetful@example.com')).findLast(({ subject }) => /password/i.test(subject)) ?? {};
      const { pathname, hash } = new URL(link);
      expect(hash).toMatch(/^#token=/);
      await person.open(pathname + hash);
      await person.page.waitForURL(app.origin + pathname);
      const password = 'entirely new words for it';
      await person.fill({ Password: password, 'Password again': password });
      await person.press('Set the password');
      await person.open('/login');
      await person.fill({ 'Username or email': 'forgetful', Password: password });
      await person.press('Log in');
      expect(await person.text()).toContain('Hello, forgetful');
      expect(person.complaints).toEqual([]);
    });

    it('verifies its address by the mailed link', async () => {
      const person = await (await someone()).register('verifier');
      const { link = '' } = (await app.mailTo('verifier@example.com')).at(-1) ?? {};
      const { pathname, hash } = new URL(link);
      await person.open(pathname + hash);
      await person.press('Verify');
      await person.open('/account/email');
      expect(await person.text()).toContain('It is verified.');
    });

    it('changes its name and password, which ends its other sessions and not this one', async () => {
      const person = await (await someone()).register('mover');
      const elsewhere = await someone();
      await elsewhere.open('/login');
      await elsewhere.logIn('mover');
      await person.open('/account/profile');
      await person.fill({ Username: 'moved' });
      await person.press('Save');
      await person.open('/account/password');
      const next = 'some other words entirely';
      await person.fill({ 'Current password': 'a wrong password', 'New password': next, 'New password again': next });
      await person.press('Change the password');
      expect(await person.page.getByLabel('Current password').getAttribute('aria-invalid')).toBe('true');
      await person.fill({ 'Current password': PASSWORD, 'New password': next, 'New password again': next });
      await person.press('Change the password');
      expect(await isIn(person)).toBe(true);
      expect(await person.text()).toContain('Hello, moved');
      expect(await isIn(elsewhere)).toBe(false);
      expect(person.complaints).toEqual([]);
    });

    it('makes a token that is shown once, ends sessions, takes its data away and deletes itself', async () => {
      const person = await (await someone()).register('leaver');
      const elsewhere = await someone();
      await elsewhere.open('/login');
      await elsewhere.logIn('leaver');
      await person.open('/account/tokens/new');
      await person.page.locator('input[name="scopes"]').first().check();
      await person.fill({ Name: 'Script', Password: PASSWORD });
      await person.press('Create the token');
      const secret = await person.page.locator('#secret').inputValue();
      expect(secret).toMatch(/^lk_/);
      await person.open('/account/tokens');
      expect(await person.page.content()).not.toContain(secret);
      await person.open('/account/sessions');
      await person.press('End all other sessions');
      expect(await isIn(elsewhere)).toBe(false);
      await person.open('/account/export');
      const download = person.page.waitForEvent('download');
      await person.page.getByRole('button', { name: 'Download my data' }).click();
      expect((await download).suggestedFilename()).toMatch(/\.json$/);
      await person.open('/account/delete');
      await person.fill({ Password: PASSWORD });
      await person.page.getByLabel('Delete my account and everything in it').check();
      await person.press('Delete my account');
      expect(await isIn(person)).toBe(false);
      expect(person.complaints).toEqual([]);
    });

    it('sets up an authenticator app, keeps its recovery codes, and logs in by a code and by a recovery code', async () => {
      const person = await (await someone()).register('careful');
      await person.open('/account/security');
      await person.page.getByRole('link', { name: 'Add an authenticator app' }).click();
      await person.fill({ Name: 'Phone' });
      await person.press('Continue');
      expect(await person.page.getByRole('img', { name: 'QR code' }).isVisible()).toBe(true);
      const phone = Authenticator.with(app, (await person.page.locator('.key').innerText()).replaceAll(' ', ''));
      await person.fill({ Code: phone.wrongCode() });
      await person.press('Confirm');
      expect(await person.page.locator('#code-error').innerText()).toBe('Code is wrong.');
      await person.fill({ Code: phone.code() });
      await person.press('Confirm');
      const [code = ''] = (await person.page.getByLabel('Recovery codes').innerText()).split('\n');
      expect(await person.barriers()).toEqual([]);
      const screens = isDue ? SCREENS : SCREENS.slice(0, 1);
      for (const [device, width, height] of screens) {
        await person.page.setViewportSize({ width, height });
        expect(await person.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        if (isDue) await person.page.screenshot({ path: `${SCREENSHOTS}/codes-made-${device}.png`, fullPage: true });
      }
      const download = person.page.waitForEvent('download');
      await person.page.getByRole('button', { name: 'Download as text' }).click();
      expect(readFileSync(await (await download).path(), 'utf8')).toContain(code);
      await person.page.getByRole('link', { name: 'I have saved them' }).click();
      expect(await person.page.getByRole('row', { name: 'Phone' }).isVisible()).toBe(true);
      app.clock.advance(30_000);
      for (const byCode of [true, false]) {
        await person.press('Log out');
        await person.open('/login');
        await person.logIn('careful');
        if (!byCode) await person.page.getByText('Use a recovery code').click();
        await person.fill(byCode ? { Code: phone.code() } : { 'Recovery code': code });
        await person.press(byCode ? 'Log in' : 'Log in with the recovery code');
        expect(await person.text()).toContain('Hello, careful');
      }
      expect(person.complaints).toEqual([]);
    });

    it('follows a mailed link to log in, which no page before the form uses', async () => {
      const { email } = (await app.registerProven('reader')).session.user;
      const person = await someone();
      await person.open('/login');
      await person.page.getByRole('link', { name: 'Log in by mail' }).click();
      await person.fill({ Email: email });
      await person.press('Send the code');
      const token = (await app.mailTo(email)).at(-1)?.token ?? '';
      await person.open(`/login/email#token=${token}`);
      expect(person.page.url()).not.toContain(token);
      expect(await person.page.getByLabel('Email').isVisible()).toBe(false);
      await person.press('Log in with the link');
      expect(await person.text()).toContain('Hello, reader');
      expect(person.complaints).toEqual([]);
    });

    it('is deactivated and reactivated by an administrator', async () => {
      const person = await (await someone()).register('suspect');
      await owner.open('/admin/users');
      await owner.fill({ 'Username or email': 'suspect' });
      await owner.press('Search');
      await owner.page.getByRole('link', { name: 'suspect', exact: true }).click();
      await owner.page.getByRole('link', { name: 'Deactivate' }).click();
      await owner.press('Deactivate');
      expect(await isIn(person)).toBe(false);
      await owner.page.getByRole('link', { name: 'Reactivate' }).click();
      await owner.press('Reactivate');
      await person.open('/login');
      await person.logIn('suspect');
      expect(await person.text()).toContain('Hello, suspect');
      await owner.page.getByRole('link', { name: 'What happened to this account' }).click();
      expect(await owner.text()).toContain('suspect');
      expect(owner.complaints).toEqual([]);
    });
  });

  describe.each(PAGES)('the page %s', (name, path, who) => {
    let person: Person;
    let loaded: Map<string, Promise<number>>;
    let status: number;

    beforeAll(async () => {
      person = { owner, visitor, guarded, halfIn, enrolling }[who];
      loaded = new Map();
      const note = ({ url, body }: { url: () => string; body: () => Promise<Buffer> }) =>
        loaded.set(
          url(),
          body().then((bytes) => gzipSync(bytes).length),
        );
      person.page.on('response', (response) => note({ url: () => response.url(), body: () => response.body() }));
      status = await person.open(path.replace(/:(\w+)/, (_, row: string) => rows[row] ?? ''));
      person.page.removeAllListeners('response');
    });

    it('is there', () => expect(status).toBe(REFUSALS[name] ?? 200));

    it('is open to everyone: nothing that axe finds, in light and dark', async () => {
      expect(await person.barriers()).toEqual([]);
      await person.page.emulateMedia({ colorScheme: 'dark' });
      expect(await person.barriers(['color-contrast'])).toEqual([]);
      await person.page.emulateMedia({ colorScheme: 'light' });
    });

    it('fits on 320 pixels', async () => {
      for (const [device, width, height] of isDue ? SCREENS : SCREENS.slice(0, 1)) {
        await person.page.setViewportSize({ width, height });
        expect(await person.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        if (isDue) await person.page.screenshot({ path: `${SCREENSHOTS}/${name}-${device}.png`, fullPage: true });
      }
    });

    it('is light: under 30 KB without scripts, under 60 KB with them', async () => {
      const sizes = await Promise.all([...loaded].map(async ([url, size]) => [url, await size] as const));
      const weigh = (parts: typeof sizes) => parts.reduce((sum, [, size]) => sum + size, 0);
      expect(weigh(sizes.filter(([url]) => !url.endsWith('.js')))).toBeLessThan(30 * KILOBYTE);
      expect(weigh(sizes)).toBeLessThan(60 * KILOBYTE);
      expect(sizes.length).toBeGreaterThanOrEqual(1);
    });

    it('moves nothing where that is asked for', async () => {
      await person.page.emulateMedia({ reducedMotion: 'reduce' });
      const moving = `[...document.querySelectorAll('*')].filter((element) => {
        const { animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element);
        const isLong = (durations) => durations.split(', ').some((one) => parseFloat(one) > 0.01);
        return isLong(animationDuration) || isLong(transitionDuration) || scrollBehavior === 'smooth';
      }).map(({ tagName }) => tagName)`;
      expect(await person.page.evaluate(moving)).toEqual([]);
      await person.page.emulateMedia({ reducedMotion: null });
    });

    it('has one main heading, a title, a language, and a field for each label', async () => {
      expect(await person.page.locator('h1').count()).toBe(1);
      expect(await person.page.title()).toMatch(/^\S.* · Latchkey$/);
      expect(await person.page.locator('html').getAttribute('lang')).toBe('en');
      const twice =
        '[...document.querySelectorAll("[id]")].map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at)';
      expect(await person.page.evaluate(twice)).toEqual([]);
      const unlabeled = '[...document.querySelectorAll("label[for]")].filter(({ control }) => !control).length';
      expect(await person.page.evaluate(unlabeled)).toBe(0);
      expect(person.complaints).toEqual([]);
    });
  });
});
