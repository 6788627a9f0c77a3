import { Passkey } from '../../src/auth/passkeys/passkey.entity';
import { SessionsService } from '../../src/auth/sessions/sessions.service';
import { Database } from '../../src/platform/database/database.service';
import { UsersService } from '../../src/users/users.service';
import type { Actor, TestApp } from './app';
import { addPasskey, type CreationCeremony, HandmadePasskey, type RequestCeremony } from './passkeys';

/** Where pages are served: browsers know the server by name. */
const originOf = (app: TestApp) => app.origin.replace('127.0.0.1', 'localhost');

/** An account with a passkey. */
async function withPasskey(app: TestApp) {
  const [owner, passkey] = [await app.register(), new HandmadePasskey(originOf(app))];
  await addPasskey(owner, passkey);
  return { owner, passkey };
}

/** An account may have 10 passkeys, and with one its sessions would need it: the tests ask for more. */
const forget = (app: TestApp, { session }: Actor) =>
  app.app.get(Database).removeWhere(Passkey, '"userId" = $1', [session.user.id]);

async function registration(app: TestApp, owner: Actor): Promise<object> {
  await forget(app, owner);
  const { body } = await owner.post<CreationCeremony>('/auth/passkeys/options');
  return new HandmadePasskey(originOf(app)).registration(body);
}

async function login(app: TestApp): Promise<object> {
  const { passkey } = await withPasskey(app);
  return passkey.assertion((await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options')).body);
}

/** A challenge of an account whose sessions need two factors. */
async function challenge(app: TestApp): Promise<object> {
  const { user } = (await withPasskey(app)).owner.session;
  const users = app.app.get(UsersService);
  await users.withLockedUser(user.id, (tx, { id }) => users.update(tx, id, { requiresSecondFactor: true }));
  const { body } = await app.anonymous.post<{ challengeToken: string }>('/auth/login', {
    ...{ username: user.username, password: app.password },
  });
  return { challengeToken: body.challengeToken };
}

/** A passkey of the owner, whose session is then as strong as if it had been used. */
async function row(app: TestApp, caller: Actor): Promise<string> {
  const { accessToken, user } = caller.session;
  await forget(app, caller);
  const owner = app.anonymous.as(accessToken);
  const { body, text } = await addPasskey(owner, new HandmadePasskey(originOf(app)));
  if (typeof body.id !== 'string') throw new Error(`No passkey: ${text}`);
  const claims = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  const { sid } = JSON.parse(claims) as { sid: string };
  const proof = { method: 'passkey', at: app.clock.now(), userVerified: true } as const;
  await app.app
    .get(UsersService)
    .withLockedUser(user.id, (tx) => app.app.get(SessionsService).strengthen(tx, sid, proof));
  return body.id;
}

/** Bodies that only an authenticator can make, by operation. */
export const PASSKEY_BODIES: ReadonlyMap<string, (app: TestApp, owner: Actor) => Promise<object>> = new Map([
  ['POST /auth/passkeys', registration],
  ['POST /auth/passkeys/login', login],
  ['POST /auth/second-factor/options', challenge],
]);

/** Rows that only an authenticator can make, by the path up to their parameter. */
export const PASSKEY_ROWS: ReadonlyMap<string, (app: TestApp, owner: Actor) => Promise<string>> = new Map([
  ['/auth/passkeys/{id}', row],
]);
