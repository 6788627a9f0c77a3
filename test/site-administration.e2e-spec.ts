import { Module } from '@nestjs/common';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { Feature } from '../src/platform/features/feature.decorator';
import { ProviderCall } from '../src/platform/features/provider-call';
import { readOnlyAccountField } from '../src/users/fields/account-field';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import { Visitor } from './support/visitor';

class HabitsDto {
  likesTea!: boolean;
  colors!: string[];
  motto!: { text: string; setAt: null };
}

const HABITS = { likesTea: true, colors: ['red', 'blue'], motto: { text: '<b>Be bold</b>', setAt: null } };

/** What a feature of a team keeps of each account. */
@Feature({
  name: 'habits',
  accountFields: {
    habits: readOnlyAccountField(HabitsDto, {
      read: new ProviderCall(() => (accounts) => Promise.resolve(new Map(accounts.map(({ id }) => [id, HABITS])))),
    }),
  },
})
@Module({})
class HabitsModule {}

const MISSING = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

const idOf = ({ session }: Actor) => session.user.id;

/** Usernames in the rows of the list of accounts. */
const listed = (html: string) =>
  [...html.matchAll(/<th scope="row"><a href="\/admin\/users\/[^"]+">([^<]+)</g)].map(([, name = '']) => name);

/** Types in the rows of the audit trail. */
const happened = (html: string) => [...html.matchAll(/<th scope="row">([a-z.-]+)/g)].map(([, type = '']) => type);

/** Where the link to the next page leads. */
const nextOf = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');

onEachDatabase((dialect) => {
  let app: TestApp;
  let root: Actor;
  let admin: Visitor;
  let users: UsersService;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {}, [], [HabitsModule]);
    users = app.app.get(UsersService);
    root = await app.registerAdmin('root');
    admin = new Visitor(app.origin);
    await admin.logIn('root');
  });

  afterAll(() => app.stop());

  const someone = () => app.register(`someone-${(names += 1)}`);

  /** The next page, which shows the flash message. */
  const follow = async ({ status, location }: { status: number; location: string | null }) => {
    expect([status, location]).toEqual([303, expect.stringMatching(/^\//)]);
    return admin.get(location ?? '');
  };

  describe('the list of accounts', () => {
    let people: string[];

    beforeAll(async () => {
      people = [];
      for (let index = 0; index < 25; index += 1) {
        app.clock.advance(1);
        people.unshift((await app.register(`person-${String(index).padStart(2, '0')}`)).session.user.username);
      }
    });

    it('shows whom a search finds, newest first and page by page, and keeps the search in the address', async () => {
      const first = await admin.get('/admin/users?q=PERSON-&isActive=&role=user&emailVerified=false');
      expect([first.status, listed(first.html)]).toEqual([200, people.slice(0, 20)]);
      expect(first.html).toMatch(/name="q" type="search" value="PERSON-"/);
      expect(first.html).toMatch(/<option value="user" selected>/);
      const second = await admin.get(nextOf(first.html) ?? '');
      expect([second.status, listed(second.html)]).toEqual([200, people.slice(20)]);
      expect(nextOf(second.html)).toBeUndefined();
      expect(second.html).toMatch(/name="q" type="search" value="PERSON-"/);
    });

    it.each<[string, string[]]>([
      ['isActive=false', ['Deactivated-1']],
      ['role=admin', ['root']],
      ['emailVerified=true', ['Proven-1']],
      ['q=proven-1%40EXAMPLE', ['Proven-1']],
      ['q=%25', []],
      ['q=nobody-at-all&unknown=1', []],
    ])('filters by %s', async (query, expected) => {
      const known = await users.findByLogin('Proven-1');
      if (!known) {
        await app.registerProven('Proven-1');
        await users.deactivate(OPERATOR, idOf(await app.register('Deactivated-1')));
      }
      const { status, html } = await admin.get(`/admin/users?${query}`);
      expect([status, listed(html)]).toEqual([200, expected]);
      expect(html.includes('No account matches.')).toBe(expected.length === 0);
    });

    it.each([
      ['isActive=yes', 'isActive'],
      ['role=king', 'role'],
      ['emailVerified=1', 'emailVerified'],
      [`q=${'x'.repeat(255)}`, 'q'],
      ['q=%00', 'q'],
      ['cursor=forged', null],
      [`cursor=${'x'.repeat(2000)}`, null],
    ])('says beside the field what is wrong with %s', async (query, field) => {
      const { status, html } = await admin.get(`/admin/users?${query}`);
      expect([status, listed(html)]).toEqual([400, []]);
      expect(html).toContain('role="alert"');
      if (field !== null) expect(html).toContain(`id="${field}-error"`);
      expect(html).not.toContain('No account matches.');
    });

    it('refuses a filter that is given twice', async () => {
      const { status, html } = await admin.get('/admin/users?role=king&role=admin');
      expect([status, listed(html)]).toEqual([400, []]);
    });

    it('escapes what is searched for', async () => {
      const { html } = await admin.get(`/admin/users?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
      expect(html).not.toContain('<script>alert');
      expect(html).toContain('&#34;&gt;&lt;script&gt;');
    });
  });

  describe('an account', () => {
    it('shows its facts, and leads to its events', async () => {
      const alice = await someone();
      const { status, html } = await admin.get(`/admin/users/${idOf(alice)}`);
      expect(status).toBe(200);
      for (const fact of [alice.session.user.username, alice.session.user.email, 'not verified', idOf(alice)]) {
        expect(html).toContain(fact);
      }
      expect(html).toContain(`href="/admin/audit?accountId=${idOf(alice)}"`);
      expect((await admin.get(`/admin/users/${idOf(alice).toUpperCase()}`)).status).toBe(200);
    });

    it('shows what features keep of it, in words and escaped', async () => {
      const { html } = await admin.get(`/admin/users/${idOf(await someone())}`);
      for (const [name, value] of [
        ['Habits likes tea', 'yes'],
        ['Habits colors', 'red, blue'],
        ['Habits motto text', '&lt;b&gt;Be bold&lt;/b&gt;'],
        ['Habits motto set at', 'none'],
      ]) {
        expect(html).toContain(`<dt>${name}</dt><dd>${value}</dd>`);
      }
    });

    it('that does not exist is a 404 page, and an id that is none a 400 page, for each page and form', async () => {
      for (const [id, status] of [[MISSING, 404] as const, ['1', 400] as const, ['%27', 400] as const]) {
        for (const action of ['', '/deactivate', '/reactivate', '/second-factors/remove']) {
          expect((await admin.get(`/admin/users/${id}${action}`)).status).toBe(status);
        }
        for (const action of ['deactivate', 'reactivate', 'password-reset', 'second-factors/remove', 'sessions/end']) {
          expect((await admin.post(`/admin/users/${id}/${action}`)).status).toBe(status);
        }
        expect((await admin.post(`/admin/users/${id}/roles`, { roles: 'user' })).status).toBe(status);
      }
    });

    it('is deactivated after a question, which ends its sessions, and reactivated after another', async () => {
      const alice = await someone();
      const { username } = alice.session.user;
      const path = `/admin/users/${idOf(alice)}`;
      const visitor = new Visitor(app.origin);
      await visitor.logIn(username);
      expect((await admin.get(`${path}/deactivate`)).html).toContain(`Deactivate ${username}?`);
      expect((await alice.get('/users/me')).status).toBe(200);
      const answers = await Promise.all(Array.from({ length: 20 }, () => admin.post(`${path}/deactivate`)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
      const after = await admin.get(path);
      expect(after.html).toContain('The account is deactivated.');
      expect(after.html).toContain('/reactivate"');
      expect((await alice.get('/users/me')).status).toBe(401);
      expect((await visitor.get('/')).html).toContain('Log in');
      expect((await admin.get(`${path}/reactivate`)).html).toContain(`Reactivate ${username}?`);
      expect((await follow(await admin.post(`${path}/reactivate`))).html).toContain('The account is active again.');
      expect((await visitor.logIn(username)).status).toBe(303);
      const { html } = await admin.get(`/admin/audit?accountId=${idOf(alice)}`);
      const counted = (type: string) => happened(html).filter((one) => one === type).length;
      expect([counted('user.deactivated'), counted('user.reactivated')]).toEqual([1, 1]);
    });

    it('of the last active administrator is neither deactivated nor demoted, and the page says why', async () => {
      const path = `/admin/users/${idOf(root)}`;
      expect((await admin.get(`${path}/deactivate`)).html).toContain('you will be logged out');
      const deactivation = await admin.post(`${path}/deactivate`);
      const demotion = await admin.post(`${path}/roles`, { roles: 'user' });
      for (const { status, html } of [deactivation, demotion]) {
        expect([status, html]).toEqual([409, expect.stringContaining('the only active administrator')]);
      }
      expect((await admin.get(path)).status).toBe(200);
    });

    it('gets and loses roles; a role that is gone closes the pages with the next request', async () => {
      const alice = await someone();
      const path = `/admin/users/${idOf(alice)}`;
      const second = new Visitor(app.origin);
      await second.logIn(alice.session.user.username);
      expect((await second.get('/admin/users')).status).toBe(403);
      expect((await second.get('/')).html).not.toContain('Administration');
      const both = new URLSearchParams([
        ['roles', 'user'],
        ['roles', 'admin'],
      ]);
      const sameSite = { 'sec-fetch-site': 'same-origin' };
      const granted = await admin.send('POST', `${path}/roles`, both, sameSite);
      expect((await follow(granted)).html).toContain('The roles are saved.');
      expect((await second.get('/')).html).toContain('href="/admin/users"');
      expect((await second.get('/admin/audit')).status).toBe(200);
      await follow(await admin.post(`${path}/roles`, { roles: 'user' }));
      for (const page of ['/admin/users', '/admin/audit', path, `${path}/deactivate`]) {
        expect((await second.get(page)).status).toBe(403);
      }
      expect((await second.post(`/admin/users/${idOf(root)}/deactivate`)).status).toBe(403);
      expect((await root.get('/users/me')).status).toBe(200);
    });

    it.each([
      [{}, 'must name at least one role'],
      [{ roles: 'king' }, 'must each be one of'],
      [{ roles: '<script>' }, 'must each be one of'],
    ])('keeps its roles when a form says %j', async (fields: Record<string, string>, reason) => {
      const alice = await someone();
      const { status, html } = await admin.post(`/admin/users/${idOf(alice)}/roles`, fields);
      expect([status, html]).toEqual([400, expect.stringContaining(reason)]);
      expect((await users.findById(idOf(alice)))?.roles).toEqual(['user']);
    });

    it('is sent a link for a new password, unless it is deactivated, and its sessions are ended', async () => {
      const alice = await someone();
      const path = `/admin/users/${idOf(alice)}`;
      const before = (await app.mailTo(alice.session.user.email)).length;
      expect((await follow(await admin.post(`${path}/password-reset`))).html).toContain('A link to set a new password');
      expect(await app.mailTo(alice.session.user.email)).toHaveLength(before + 1);
      expect((await follow(await admin.post(`${path}/sessions/end`))).html).toContain('All sessions of the account');
      expect((await alice.get<Problem>('/users/me')).body.code).toBe('invalid_token');
      await users.deactivate(OPERATOR, idOf(alice));
      expect((await admin.get(path)).html).not.toContain('/password-reset');
      expect((await follow(await admin.post(`${path}/password-reset`))).html).toContain('so no link was sent');
      expect(await app.mailTo(alice.session.user.email)).toHaveLength(before + 1);
    });

    it('loses its second factors after a question and 72 hours, of which the owner is told where the address is verified', async () => {
      const [alice, bob] = [await app.registerProven(`someone-${(names += 1)}`), await someone()];
      const pathOf = (actor: Actor) => `/admin/users/${idOf(actor)}/second-factors/remove`;
      expect((await admin.get(`/admin/users/${idOf(alice)}`)).html).toContain(`href="${pathOf(alice)}"`);
      expect((await admin.get(pathOf(alice))).html).toContain('or by the link in one of three mails');
      expect((await admin.get(pathOf(bob))).html).toContain('so the owner is not told by mail');
      const answers = await Promise.all(Array.from({ length: 20 }, () => admin.post(pathOf(alice))));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
      expect((await admin.get(`/admin/users/${idOf(alice)}`)).html).toContain('will be removed in 72 hours');
      const { html } = await admin.get(`/admin/audit?accountId=${idOf(alice)}`);
      expect(happened(html).filter((type) => type === 'second-factor-reset.requested')).toHaveLength(1);
      expect((await app.mailTo(alice.session.user.email)).at(-1)?.link).toContain('/keep-second-factor#');
      expect((await users.findById(idOf(bob)))?.factorResetAt).toBeNull();
    });

    it('of the administrator who ends it leads home', async () => {
      const second = await app.registerAdmin(`someone-${(names += 1)}`);
      const visitor = new Visitor(app.origin);
      await visitor.logIn(second.session.user.username);
      const ended = await visitor.post(`/admin/users/${idOf(second)}/sessions/end`);
      expect([ended.status, ended.location]).toEqual([303, '/']);
      expect((await visitor.get('/')).html).toContain('All sessions of the account have ended.');
      await visitor.logIn(second.session.user.username);
      const demoted = await visitor.post(`/admin/users/${idOf(second)}/roles`, { roles: 'user' });
      expect([demoted.status, demoted.location]).toEqual([303, '/']);
    });
  });

  describe('the audit trail', () => {
    it('shows what happened to an account and what it did, newest first, in words, with links between them', async () => {
      const alice = await someone();
      await follow(await admin.post(`/admin/users/${idOf(alice)}/roles`, { roles: 'admin' }));
      await follow(await admin.post(`/admin/users/${idOf(alice)}/roles`, { roles: 'user' }));
      const { status, html } = await admin.get(`/admin/audit?accountId=${idOf(alice)}`);
      expect([status, happened(html)]).toEqual([
        200,
        ['user.roles-changed', 'user.roles-changed', 'session.started', 'user.registered'],
      ]);
      expect(html).toContain('<li>roles: admin</li>');
      expect(html).toContain('<li>remembered: no</li>');
      expect(html).toContain(`<a href="/admin/users/${idOf(root)}">root</a>`);
      expect(html).toContain(`/admin/audit?actorId=${idOf(root)}`);
      expect(html).toContain('Firefox on Linux');
      const did = await admin.get(`/admin/audit?actorId=${idOf(root)}&accountId=${idOf(alice)}`);
      expect(happened(did.html)).toEqual(['user.roles-changed', 'user.roles-changed']);
    });

    it('names accounts that are gone by their id', async () => {
      const alice = await someone();
      await alice.send('DELETE', '/users/me', { password: PASSWORD });
      const { html } = await admin.get(`/admin/audit?accountId=${idOf(alice)}&type=user.deleted`);
      expect(happened(html)).toEqual(['user.deleted']);
      expect(html).not.toContain(`href="/admin/users/${idOf(alice)}"`);
      expect(html).toContain('deleted</span>');
    });

    it('is filtered by type, result and time, and paged', async () => {
      app.clock.advance(86_400_000);
      const from = new Date(app.clock.now()).toISOString().slice(0, 19);
      await admin.logIn('root');
      for (let index = 0; index < 22; index += 1) await new Visitor(app.origin).logIn('root', { password: 'wrong' });
      const query = `from=${encodeURIComponent(from)}&type=session.refused&result=failure&accountId=&actorId=&to=`;
      const first = await admin.get(`/admin/audit?${query}`);
      expect([first.status, happened(first.html)]).toEqual([200, Array<string>(20).fill('session.refused')]);
      expect(first.html).toContain(`value="${from}"`);
      const next = nextOf(first.html) ?? '';
      expect(new URLSearchParams(next.split('?')[1]).get('from')).toBe(from);
      expect(happened((await admin.get(next)).html)).toEqual(['session.refused', 'session.refused']);
      expect(happened((await admin.get(`/admin/audit?from=${from.slice(0, 16)}&result=success`)).html)).toEqual([
        'session.started',
      ]);
      const before = await admin.get(`/admin/audit?to=${from}Z&type=session.refused`);
      expect([before.status, happened(before.html)]).toEqual([200, []]);
    });

    it.each([
      ['result=maybe', 'result'],
      ['accountId=1', 'accountId'],
      ['actorId=%27%20OR%201=1', 'actorId'],
      ['from=yesterday', 'from'],
      ['to=2026-02-31T10:00', 'to'],
      [`type=${'x'.repeat(101)}`, 'type'],
      ['type=%00', 'type'],
      ['cursor=forged', null],
    ])('says beside the field what is wrong with %s', async (query, field) => {
      const { status, html } = await admin.get(`/admin/audit?${query}`);
      expect([status, happened(html)]).toEqual([400, []]);
      expect(html).toContain('role="alert"');
      if (field !== null) expect(html).toContain(`id="${field}-error"`);
    });
  });

  it('asks for a new login where the cookie comes from another browser, for every page', async () => {
    const thief = new Visitor(app.origin, { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36' });
    for (const [name, value] of admin.cookies) thief.cookies.set(name, value);
    for (const path of ['/admin/users', '/admin/audit', `/admin/users/${idOf(root)}`]) {
      const { status, location } = await thief.get(path);
      expect([status, location]).toEqual([303, `/login?next=${encodeURIComponent(path)}`]);
    }
  });
});
