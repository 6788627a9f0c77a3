import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApp } from './support/app';
import type { NoteBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { routesOf } from './support/routes';

const SOME_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

/** Why a route has no rule, behind its line in the matrix. */
const REASON = / # \S.*$/;

const reviewed = readFileSync(join(__dirname, 'access-matrix.txt'), 'utf8').trim().split('\n');

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  it('the routes and who may call them are those of access-matrix.txt; a difference is a permission review', () => {
    const matrix = routesOf(app.app).map(({ method, path, rule, scopes }) =>
      [`${method} ${path} -> ${rule}`, ...scopes].join(', token with '),
    );
    expect(matrix.sort()).toEqual(reviewed.map((line) => line.replace(REASON, '')).sort());
  });

  it('a route without any rule is listed with a reason, or it was forgotten', () => {
    const unguarded = reviewed.filter((line) => line.includes('-> unguarded'));
    expect(unguarded.filter((line) => !REASON.test(line))).toEqual([]);
  });

  it('every route that is not public answers 401 to an anonymous visitor, whatever is sent', async () => {
    for (const { method, path, rule } of routesOf(app.app)) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const { status } = await app.anonymous.send<Problem>(method, path.replace(':id', SOME_ID), body);
      expect(`${method} ${path} ${status === 401 ? 'closed' : 'open'}`).toBe(
        `${method} ${path} ${rule === 'public' ? 'open' : 'closed'}`,
      );
    }
  });

  it('every route for a role answers 403 to an account without it, whatever is sent', async () => {
    const carol = await app.register('carol');
    const closed = routesOf(app.app).filter(({ rule }) => rule === 'admin');
    expect(closed.length).toBeGreaterThan(0);
    for (const { method, path } of closed) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const answer = await carol.send<Problem>(method, path.replace(':id', carol.session.user.id), body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'forbidden']);
    }
  });

  it('every route of a note’s owner answers 403 to somebody else', async () => {
    const [alice, bob] = [await app.register('alice'), await app.register('bob')];
    const { body: note } = await alice.post<NoteBody>('/notes', { title: 'Private' });
    const owners = routesOf(app.app).filter(({ rule, path }) => rule === 'owner' && path.startsWith('/notes/'));
    expect(owners.length).toBeGreaterThan(0);
    for (const { method, path } of owners) {
      const { status } = await bob.send(method, path.replace(':id', note.id), method === 'PATCH' ? {} : undefined);
      expect(status).toBe(403);
    }
    expect((await alice.get<NoteBody>(`/notes/${note.id}`)).body).toEqual(note);
  });
});
