import { AuditVerifier } from '../src/platform/audit/audit-verifier.service';
import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import { type Authenticated, type NoteBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

interface Export {
  exportedAt: string;
  account: Authenticated['user'];
  sessions: { id: string; ipAddress: string }[];
  apiTokens: { name: string }[];
  notes: NoteBody[];
  activity: { type: string }[];
}

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  const remove = (client: { send: TestApp['anonymous']['send'] }, password = PASSWORD) =>
    client.send<Problem>('DELETE', '/users/me', { password });

  describe('an export', () => {
    it('contains all data about its owner, no secrets, and nothing of other accounts', async () => {
      const [alice, bob] = [await app.register('alice'), await app.register('bob')];
      await bob.post('/notes', { title: "Bob's", content: 'private' });
      const notes: NoteBody[] = [];
      for (let index = 0; index < 5; index += 1) {
        notes.push((await alice.post<NoteBody>('/notes', { title: `Note ${index}`, content: 'ü😀"\\' })).body);
      }
      const wanted = { name: 'Script', scopes: ['notes:read'], password: PASSWORD };
      const { body: made } = await alice.post<{ token: string }>('/auth/api-tokens', wanted);
      const { status, headers, body, text } = await alice.get<Export>('/users/me/export');
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(headers.get('content-disposition')).toBe('attachment; filename="latchkey-export.json"');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.account).toEqual(alice.session.user);
      expect(body.sessions).toHaveLength(1);
      expect(body.apiTokens.map(({ name }) => name)).toEqual(['Script']);
      expect(body.notes.map(({ id }) => id).sort()).toEqual(notes.map(({ id }) => id).sort());
      expect(body.notes).toContainEqual(notes[0]);
      expect(body.activity.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['user.registered', 'session.started', 'api-token.created', 'user.exported']),
      );
      for (const secret of [made.token, alice.session.refreshToken, 'hmac384', "Bob's", 'bob@example.com']) {
        expect(text).not.toContain(secret);
      }
    });

    it('is complete with more than one batch of everything', async () => {
      const carol = await app.register('carol');
      const titles = Array.from({ length: 450 }, (_, index) => `Note ${index}`);
      for (let index = 0; index < titles.length; index += 50) {
        const made = titles
          .slice(index, index + 50)
          .map((title) => carol.post('/notes', { title, isPinned: index === 0 }));
        expect(new Set((await Promise.all(made)).map(({ status }) => status))).toEqual(new Set([201]));
      }
      const { body } = await carol.get<Export>('/users/me/export');
      expect(body.notes.map(({ title }) => title).sort()).toEqual(titles.sort());
    });
  });

  describe('the deletion of an account', () => {
    it('requires the password', async () => {
      const dave = await app.register('dave');
      const refused = await remove(dave, 'a wrong password');
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_credentials']);
      expect((await dave.get('/users/me')).status).toBe(200);
    });

    it('ends it at once, with its sessions, tokens and notes, frees name and address, and sends a notice', async () => {
      const erin = await app.registerProven('erin');
      const { body: note } = await erin.post<NoteBody>('/notes', { title: 'Mine' });
      const wanted = { name: 'Script', scopes: ['notes:read'], password: PASSWORD };
      const { body: made } = await erin.post<{ token: string }>('/auth/api-tokens', wanted);
      expect((await app.anonymous.as(made.token).get('/notes')).status).toBe(200);
      expect((await remove(erin)).status).toBe(204);
      expect((await erin.get('/users/me')).status).toBe(401);
      expect((await app.anonymous.as(made.token).get('/notes')).status).toBe(401);
      const { refreshToken } = erin.session;
      expect((await app.anonymous.post('/auth/refresh', { refreshToken })).status).toBe(401);
      const login = await app.anonymous.post('/auth/login', { username: 'erin', password: PASSWORD });
      expect(login.status).toBe(401);
      const again = await app.register('erin');
      expect((await again.get(`/notes/${note.id}`)).status).toBe(404);
      const subjects = (await app.mailTo('erin@example.com')).map(({ subject }) => subject);
      expect(subjects).toContain('Your account was deleted');
    });

    it('leaves an audit trail that verifies and contains no personal data of the account', async () => {
      const frank = await app.register('frank');
      const { id } = frank.session.user;
      const client = { headers: { 'user-agent': "Frank's own browser" } };
      await app.anonymous.post('/auth/login', { username: 'frank', password: PASSWORD }, client);
      const traces = () =>
        app.app
          .get(Database)
          .manager.query<{ personal: string | null }[]>(
            `SELECT "personal" FROM "audit_events" WHERE "accountId" = '${id}' OR "actorId" = '${id}'`,
          );
      expect(JSON.stringify(await traces())).toContain("Frank's own browser");
      await remove(frank);
      const left = await traces();
      expect(left.length).toBeGreaterThan(3);
      expect(left.every(({ personal }) => personal === null)).toBe(true);
      const verification = await app.app.get(AuditVerifier).verify();
      expect(verification.fault).toBeNull();
      expect(verification.erased).toBeGreaterThan(2);
    });

    it('happens once among concurrent requests', async () => {
      const grace = await app.register('grace');
      const statuses = (await Promise.all(Array.from({ length: 10 }, () => remove(grace)))).map(({ status }) => status);
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
    });

    it('leaves no note behind that was written at the same time', async () => {
      const heidi = await app.register('heidi');
      const writes = Array.from({ length: 30 }, (_, index) => heidi.post('/notes', { title: `Note ${index}` }));
      const [gone, ...written] = await Promise.all([remove(heidi), ...writes]);
      expect(gone.status).toBe(204);
      for (const { status } of written) expect([201, 401, 409]).toContain(status);
      const [count] = await app.app
        .get(Database)
        .manager.query<{ n: number | string }[]>(
          `SELECT COUNT(*) AS n FROM "notes" WHERE "ownerId" = '${heidi.session.user.id}'`,
        );
      expect(Number(count?.n)).toBe(0);
    });

    it('does not touch any other account', async () => {
      const [ivan, judy] = [await app.register('ivan'), await app.register('judy')];
      const { body: note } = await judy.post<NoteBody>('/notes', { title: 'Stays' });
      expect((await remove(ivan)).status).toBe(204);
      expect((await judy.get(`/notes/${note.id}`)).status).toBe(200);
    });
  });
});
