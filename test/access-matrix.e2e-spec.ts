import { Features } from '../src/platform/features/features.service';
import { TestApp } from './support/app';
import type { Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { KnownRequests, type People } from './support/known-good';
import { Contract } from './support/openapi';
import { type Route, routesOf } from './support/routes';

const SOME_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

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

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    people = { owner: await app.register('alice'), stranger: await app.register('bob') };
    known = new KnownRequests(app, Contract.read(), people);
    routes = routesOf(app.app);
  });

  afterAll(() => app.stop());

  it('routes and access rules match the features; a difference needs a permission review', () => {
    const reviewed = app.app.get(Features).named(({ access }) => access);
    const seen = routes.map(
      ({ method, path, rule, scopes }) => [`${method} ${path}`, [rule, ...scopes].join(', token with ')] as const,
    );
    expect(new Map(seen)).toEqual(reviewed);
    expect(new Set(seen.map(([route]) => route)).size).toBe(seen.length);
  });

  it('every route declares its access rule and every row in its path', () => {
    expect(routes.filter(({ kind }) => kind === 'unguarded')).toEqual([]);
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
});
