import { Features } from '../src/platform/features/features.service';
import { TestApp } from './support/app';
import type { Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { KnownRequests, type People } from './support/known-good';
import { Contract } from './support/openapi';
import { type Route, routesOf } from './support/routes';
import { Visitor } from './support/visitor';

const SOME_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

/** What tells a form of another site. */
const CROSS_SITE: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example' },
  {},
];

const bodyFor = (method: string) => (method === 'GET' || method === 'DELETE' ? undefined : {});

/** A path with a row of the owner in place of each parameter, each within the one before. */
async function pathOf(route: Pick<Route, 'path'>, known: KnownRequests): Promise<string> {
  let [path, template] = ['', '/api/v1'];
  for (const part of route.path.slice(1).split('/')) {
    const parameter = /^:(\w+)$/.exec(part)?.[1];
    template += parameter === undefined ? `/${part}` : `/{${parameter}}`;
    path += `/${parameter === undefined ? part : await known.row(template, path)}`;
  }
  return path;
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let people: People;
  let known: KnownRequests;
  let routes: Route[];
  let pages: Route[];
  let everything: Route[];

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    people = { owner: await app.register('alice'), stranger: await app.register('bob') };
    known = new KnownRequests(app, Contract.read(), people);
    everything = routesOf(app.app);
    routes = everything.filter(({ isPage }) => !isPage);
    pages = everything.filter(({ isPage }) => isPage);
  });

  afterAll(() => app.stop());

  it('routes and access rules match the features; a difference needs a permission review', () => {
    const reviewed = app.app.get(Features).named(({ access }) => access);
    const seen = everything.map(({ method, path, isPage, rule, scopes }) => {
      return [`${method} ${isPage ? 'page ' : ''}${path}`, [rule, ...scopes].join(', token with ')] as const;
    });
    expect(new Map(seen)).toEqual(reviewed);
    expect(new Set(seen.map(([route]) => route)).size).toBe(seen.length);
  });

  it('every route declares its access rule and every row in its path', () => {
    expect(everything.filter(({ kind }) => kind === 'unguarded')).toEqual([]);
  });

  it('every non-public route responds with 401 to an anonymous client, whatever is sent', async () => {
    for (const { method, path, kind } of routes) {
      const { status } = await app.anonymous.send(method, path.replaceAll(/:\w+/g, SOME_ID), bodyFor(method));
      expect(`${method} ${path} ${status === 401 ? 'closed' : 'open'}`).toBe(
        `${method} ${path} ${kind === 'public' ? 'open' : 'closed'}`,
      );
    }
  });

  it('every route for a role answers 403 to an account without it, whatever is sent', async () => {
    const closed = routes.filter(({ kind }) => kind === 'role');
    expect(closed.length).toBeGreaterThan(0);
    for (const { method, path } of closed) {
      const named = path.replaceAll(/:\w+/g, people.owner.session.user.id);
      const answer = await people.owner.send<Problem>(method, named, bodyFor(method));
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'forbidden']);
    }
  });

  it('every route of a row responds with 403 to a stranger, and leaves the row unchanged', async () => {
    const ruled = routes.filter(({ kind }) => kind === 'rows');
    expect(ruled.length).toBeGreaterThan(0);
    for (const { method, path } of ruled) {
      const named = await pathOf({ path }, known);
      const isShown = routes.some((route) => route.method === 'GET' && route.path === path);
      const before = isShown ? await people.owner.get(named) : null;
      const answer = await people.stranger.send<Problem>(method, named, bodyFor(method));
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'forbidden']);
      if (before) expect([before.status, before.text]).toEqual([200, (await people.owner.get(named)).text]);
    }
  });

  it('a nested row is found only in its own outer row', async () => {
    for (const { method, path } of routes.filter((route) => route.kind === 'rows' && /:.*:/.test(route.path))) {
      const [one, other] = [await pathOf({ path }, known), await pathOf({ path }, known)];
      const [outer, inner] = [one.split('/'), other.split('/')];
      const last = path.split('/').findLastIndex((part) => part.startsWith(':'));
      const crossed = outer.map((part, index) => (index === last ? inner[index] : part)).join('/');
      const answer = await people.owner.send<Problem>(method, crossed, bodyFor(method));
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not_found']);
    }
  });

  it('every limit on attempts of a route is one that a feature registers', () => {
    const registered = app.app.get(Features).all.flatMap(({ rateLimits }) => rateLimits ?? []);
    const limited = routesOf(app.app).filter(({ policies }) => policies.length > 0);
    const unknown = limited.filter(({ policies }) => policies.some((policy) => !registered.includes(policy)));
    expect(limited.length).toBeGreaterThan(20);
    expect(unknown.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('every page that is not public sends an anonymous visitor to the login, with or without a bearer token', async () => {
    const { accessToken } = people.owner.session;
    for (const { method, path, kind } of pages.filter((page) => page.kind !== 'public')) {
      const bearer: Record<string, string> = { authorization: `Bearer ${accessToken}` };
      for (const headers of [{}, bearer]) {
        const visitor = new Visitor(app.origin, { 'sec-fetch-site': 'same-origin', ...headers });
        const answer = await visitor.send(method, path.replaceAll(/:\w+/g, SOME_ID), undefined, {});
        expect([method, path, kind, answer.status]).toEqual([method, path, kind, 303]);
        expect(answer.location).toMatch(/^\/login(\?next=%2F|$)/);
      }
    }
  });

  it('every page of a row or for a role answers 403 to a stranger, and the row stays', async () => {
    const stranger = new Visitor(app.origin);
    await stranger.logIn('bob');
    for (const { method, path, kind } of pages.filter((page) => page.kind === 'rows' || page.kind === 'role')) {
      const named =
        kind === 'rows' ? await pathOf({ path }, known) : path.replaceAll(/:\w+/g, people.owner.session.user.id);
      const before = kind === 'rows' ? await people.owner.get(named.replace(/\/[a-z-]+$/, '')) : null;
      const body = method === 'GET' ? undefined : new URLSearchParams({ title: 'Taken' });
      const answer = await stranger.send(method, named, body, { 'sec-fetch-site': 'same-origin' });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
      const after = kind === 'rows' ? await people.owner.get(named.replace(/\/[a-z-]+$/, '')) : null;
      expect(after?.text).toBe(before?.text);
    }
  });

  it('no page takes a form from another site', async () => {
    const owner = new Visitor(app.origin);
    await owner.logIn('alice');
    for (const { method, path } of pages.filter((page) => page.method !== 'GET')) {
      const named = path.replaceAll(/:\w+/g, SOME_ID);
      for (const headers of CROSS_SITE) {
        const answer = await owner.send(method, named, new URLSearchParams(), headers);
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
    }
  });
});
