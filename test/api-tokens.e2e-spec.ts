import { OPERATOR } from '../src/platform/audit/domain-events';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type NoteBody, type PageBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

interface TokenBody {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  token?: string;
}

const DAY = 86_400_000;

onEachDatabase((dialect) => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const register = () => app.register(`owner-${(names += 1)}`);

  const make = async (owner: Actor, scopes: string[], extra: object = {}) => {
    const { status, body } = await owner.post<TokenBody>('/auth/api-tokens', {
      name: 'Script',
      scopes,
      password: PASSWORD,
      ...extra,
    });
    expect(status).toBe(201);
    return { ...body, script: app.anonymous.as(body.token) };
  };

  it('is shown once with its secret, which is in no list afterwards', async () => {
    const alice = await register();
    const made = await alice.post<TokenBody>('/auth/api-tokens', {
      name: 'Backup',
      scopes: ['notes:read'],
      password: PASSWORD,
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/auth/api-tokens/${made.body.id}`);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.body).toEqual({
      token: made.body.token,
      id: made.body.id,
      name: 'Backup',
      scopes: ['notes:read'],
      createdAt: new Date(app.clock.now()).toISOString(),
      expiresAt: new Date(app.clock.now() + 90 * DAY).toISOString(),
      lastUsedAt: null,
    });
    expect(made.body.token).toMatch(/^lk_[\w-]{43}[0-9a-f]{8}$/);
    const { body } = await alice.get<PageBody<TokenBody>>('/auth/api-tokens');
    const { token, ...shown } = made.body;
    expect(body).toEqual({ items: [shown], nextCursor: null });
    expect(JSON.stringify(body)).not.toContain(token?.slice(3, 20));
  });

  it('requires the password; a wrong one is recorded and creates no token', async () => {
    const alice = await register();
    const wanted = { name: 'Script', scopes: ['notes:read'], password: 'a wrong password' };
    const refused = await alice.post<Problem>('/auth/api-tokens', wanted);
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_credentials']);
    expect((await alice.get<PageBody<TokenBody>>('/auth/api-tokens')).body.items).toEqual([]);
    const { body } = await alice.get<PageBody<{ type: string }>>('/auth/activity');
    expect(body.items[0]?.type).toBe('password.refused');
  });

  it('is announced to its owner by mail, at an address that was verified', async () => {
    const stranger = await register();
    await make(stranger, ['notes:read']);
    const sent = await app.mailTo(stranger.session.user.email);
    expect(sent.map(({ subject }) => subject)).toEqual(['Confirm your email address']);
    const alice = await app.registerProven(`owner-${(names += 1)}`);
    await make(alice, ['notes:read']);
    const mails = await app.mailTo(alice.session.user.email);
    expect(mails.map(({ subject }) => subject)).toContain('A new API token for your account');
  });

  it('permits what its scopes allow and nothing else', async () => {
    const alice = await register();
    const { body: note } = await alice.post<NoteBody>('/notes', { title: 'Mine' });
    const reader = (await make(alice, ['notes:read'])).script;
    const writer = (await make(alice, ['notes:write'])).script;
    const teller = (await make(alice, ['account:read'])).script;
    expect((await reader.get<PageBody<NoteBody>>('/notes')).body.items).toEqual([note]);
    expect((await reader.get(`/notes/${note.id}`)).status).toBe(200);
    expect((await writer.patch(`/notes/${note.id}`, { isPinned: true })).status).toBe(200);
    expect((await writer.post('/notes', { title: 'From a script' })).status).toBe(201);
    expect((await teller.get('/users/me')).status).toBe(200);
    const refused = await reader.delete<Problem>(`/notes/${note.id}`);
    expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="latchkey", error="insufficient_scope", scope="notes:write"',
    );
    expect((await reader.get('/users/me')).status).toBe(403);
    expect((await writer.get('/notes')).status).toBe(403);
    expect((await teller.get('/notes')).status).toBe(403);
  });

  it('is never valid for sessions, for the account, or for making tokens, whatever its scopes', async () => {
    const alice = await register();
    const { id, script } = await make(alice, ['notes:read', 'notes:write', 'account:read']);
    const calls: [string, string, object?][] = [
      ['POST', '/auth/api-tokens', { name: 'Another', scopes: ['notes:read'], password: PASSWORD }],
      ['GET', '/auth/api-tokens'],
      ['DELETE', `/auth/api-tokens/${id}`],
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions'],
      ['DELETE', `/auth/sessions/${id}`],
      ['POST', '/auth/logout'],
      ['PATCH', '/users/me', { username: 'somebody-else' }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await script.send<Problem>(method, path, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'insufficient_scope']);
    }
  });

  it("opens its owner's rows and no other user's", async () => {
    const [alice, bob] = [await register(), await register()];
    const { body: note } = await alice.post<NoteBody>('/notes', { title: 'Private' });
    const { script } = await make(bob, ['notes:read', 'notes:write']);
    expect((await script.get<Problem>(`/notes/${note.id}`)).body.code).toBe('forbidden');
    expect((await script.delete<Problem>(`/notes/${note.id}`)).body.code).toBe('forbidden');
    expect((await script.get<PageBody<NoteBody>>('/notes')).body.items).toEqual([]);
  });

  it('is refused on the next request after its owner revoked it, which only the owner can', async () => {
    const [alice, bob] = [await register(), await register()];
    const { id, script } = await make(alice, ['account:read']);
    expect((await script.get('/users/me')).status).toBe(200);
    expect((await bob.delete(`/auth/api-tokens/${id}`)).status).toBe(404);
    expect((await script.get('/users/me')).status).toBe(200);
    expect((await alice.delete(`/auth/api-tokens/${id}`)).status).toBe(204);
    const refused = await script.get<Problem>('/users/me');
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    expect((await alice.delete(`/auth/api-tokens/${id}`)).status).toBe(404);
  });

  it('is refused once it expired, or its owner is deactivated', async () => {
    const alice = await register();
    const short = await make(alice, ['account:read'], { expiresAt: new Date(app.clock.now() + 5_000).toISOString() });
    const long = await make(alice, ['account:read']);
    app.clock.advance(4_999);
    expect((await short.script.get('/users/me')).status).toBe(200);
    app.clock.advance(1);
    expect((await short.script.get('/users/me')).status).toBe(401);
    expect((await long.script.get('/users/me')).status).toBe(200);
    await app.app.get(UsersService).deactivate(OPERATOR, alice.session.user.id);
    expect((await long.script.get('/users/me')).status).toBe(401);
    await app.app.get(UsersService).reactivate(OPERATOR, alice.session.user.id);
    expect((await long.script.get('/users/me')).status).toBe(401);
  });

  it('shows when it was last used, to the minute', async () => {
    const alice = await register();
    const { script } = await make(alice, ['account:read']);
    const lastUsed = async () => (await alice.get<PageBody<TokenBody>>('/auth/api-tokens')).body.items[0]?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    const first = new Date(app.clock.now()).toISOString();
    await script.get('/users/me');
    app.clock.advance(59_999);
    await script.get('/users/me');
    expect(await lastUsed()).toBe(first);
    app.clock.advance(1);
    await script.get('/users/me');
    expect(await lastUsed()).toBe(new Date(app.clock.now()).toISOString());
  });

  it('shows its owner as they are now', async () => {
    const alice = await register();
    const { script } = await make(alice, ['account:read']);
    await script.get('/users/me');
    await alice.patch('/users/me', { username: `renamed-${names}` });
    expect((await script.get<{ username: string }>('/users/me')).body.username).toBe(`renamed-${names}`);
  });

  it.each([
    ['no scope', { scopes: [] }, '/scopes'],
    ['a scope twice', { scopes: ['notes:read', 'notes:read'] }, '/scopes'],
    ['an unknown scope', { scopes: ['admin'] }, '/scopes'],
    ['a scope that is no list', { scopes: 'notes:read' }, '/scopes'],
    ['no name', { name: '' }, '/name'],
    ['no password', { password: undefined }, '/password'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end beyond the longest lifetime', { expiresAt: '2099-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end that is no time', { expiresAt: 'tomorrow' }, '/expiresAt'],
    ['a null end', { expiresAt: null }, '/expiresAt'],
  ])('is not made with %s', async (_, wrong, pointer) => {
    const alice = await register();
    const wanted = { name: 'Script', scopes: ['notes:read'], password: PASSWORD, ...wrong };
    const { status, body } = await alice.post<Problem>('/auth/api-tokens', wanted);
    expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, 'validation_failed', pointer]);
  });

  it('that never existed, or has a wrong checksum, is refused as invalid', async () => {
    const alice = await register();
    const { token = '' } = await make(alice, ['account:read']);
    for (const wrong of ['lk_', `lk_${'A'.repeat(51)}`, `${token.slice(0, -1)}x`, `${token}0`, token.slice(3)]) {
      const answer = await app.anonymous.as(wrong).get<Problem>('/users/me');
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token']);
    }
  });
});
