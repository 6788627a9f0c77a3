import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type AuthenticationScheme, IsAuthenticationScheme } from '../src/auth/schemes/authentication-scheme';
import { OPERATOR } from '../src/platform/audit/domain-events';
import { DomainError } from '../src/platform/problems/domain-error';
import { authenticationBy } from '../src/users/assurance';
import { Caller } from '../src/users/caller';
import type { User } from '../src/users/user.entity';
import { UsersModule } from '../src/users/users.module';
import { UsersService } from '../src/users/users.service';
import { TestApp } from './support/app';
import type { NoteBody, Problem } from './support/client';
import { onEachDatabase } from './support/databases';

const HEADER = 'x-gateway-user';

const signatureOf = (text: string) => createHmac('sha256', 'shared with the gateway').update(text).digest('hex');

/** The header of a gateway that authenticated a user: the id, the time, and a signature over both. */
const signed = (userId: string, at: number) => `${userId}.${at}.${signatureOf(`${userId}.${at}`)}`;

/** Everything needed to add a scheme. */
@Injectable()
@IsAuthenticationScheme({ order: 10 })
class GatewayScheme implements AuthenticationScheme {
  constructor(private readonly users: UsersService) {}

  authenticate(request: FastifyRequest): Promise<Caller> | null {
    const header = request.headers[HEADER];
    return typeof header === 'string' ? this.callerOf(request, header) : null;
  }

  private async callerOf(request: FastifyRequest, header: string): Promise<Caller> {
    const [id = '', at = '', signature = ''] = header.split('.');
    const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(`${id}.${at}`))];
    const isGenuine = given.length === right.length && timingSafeEqual(given, right);
    const user = isGenuine ? await this.users.findById(id) : null;
    if (!user?.isActive) throw new DomainError('invalid_token', 'The gateway did not sign this.');
    const authentication = authenticationBy([{ method: 'gateway', at: Number(at) }]);
    return new Caller({ id, user, sessionId: null, scopes: null, authentication }, request);
  }
}

declare module '../src/users/proof' {
  interface ProofMethods {
    gateway: true;
  }
}

@Module({ imports: [UsersModule], providers: [GatewayScheme] })
class GatewayModule {}

onEachDatabase((dialect) => {
  let app: TestApp;
  let owner: User;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {}, [], [GatewayModule]);
    const profile = { username: 'carol', email: 'carol@example.com', holdsEmail: true };
    // An account without a password, as created by an import.
    owner = await app.app.get(UsersService).create(OPERATOR, profile, () => Promise.resolve());
  });

  afterAll(() => app.stop());

  const send = <T>(method: string, path: string, body?: unknown, header = signed(owner.id, app.clock.now())) =>
    app.anonymous.send<T>(method, path, body, { headers: { [HEADER]: header } });

  it('one provider adds a scheme, and an account without a password works with it', async () => {
    expect((await send<{ username: string }>('GET', '/users/me')).body.username).toBe('carol');
    const note = await send<NoteBody>('POST', '/notes', { title: 'By gateway' });
    expect([note.status, note.body.authorId]).toEqual([201, owner.id]);
    expect((await send('PATCH', '/users/me', { username: 'caroline' })).status).toBe(200);
  });

  it('its callers cannot access rows of others, nor others theirs', async () => {
    const alice = await app.register();
    const [theirs, hers] = [
      await send<NoteBody>('POST', '/notes', { title: 'Of the gateway' }),
      await alice.post<NoteBody>('/notes', { title: 'Of Alice' }),
    ];
    expect((await send('GET', `/notes/${hers.body.id}`)).status).toBe(403);
    expect((await alice.get(`/notes/${theirs.body.id}`)).status).toBe(403);
  });

  it('its refusal stands, even with an access token of another account in the same request', async () => {
    const alice = await app.register();
    const forged = `${owner.id}.${app.clock.now()}.${'0'.repeat(64)}`;
    const headers = { [HEADER]: forged, authorization: `Bearer ${alice.session.accessToken}` };
    const { status, body } = await app.anonymous.send<Problem>('GET', '/users/me', undefined, { headers });
    expect([status, body.code]).toEqual([401, 'invalid_token']);
  });

  it('a caller without a session is refused what needs one', async () => {
    const { status, body } = await send<Problem>('POST', '/auth/logout');
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it('its recent proof replaces the password, an old one does not', async () => {
    const change = { email: 'carol@example.org', password: 'no password of this account' };
    const old = signed(owner.id, app.clock.now() - 300_001);
    const refused = await send<Problem>('POST', '/users/me/email', change, old);
    expect([refused.status, refused.body.code]).toEqual([401, 'step_up_required']);
    expect((await send('POST', '/users/me/email', change)).status).toBe(202);
    expect((await app.mailTo('carol@example.org')).map(({ to }) => to)).toEqual(['carol@example.org']);
  });
});
