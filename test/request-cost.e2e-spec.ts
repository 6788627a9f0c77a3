import { ValidationPipe } from '@nestjs/common';
import { DeviceTokenCodec } from '../src/auth/devices/device-token.codec';
import { LoginDto } from '../src/auth/passwords/login/dto/login.dto';
import { Scheduler } from '../src/platform/jobs/scheduler.service';
import { type Actor, TestApp } from './support/app';
import { type Answer, PASSWORD } from './support/client';
import { RecordingDatabase } from './support/recording-database';

/** With the limits of production, and defaults otherwise. */
const LIMITED = { RATE_LIMITS: 'on' };

const NEW_CLIENT = { 'user-agent': 'a program of its own' };

describe('on PostgreSQL', () => {
  let recording: RecordingDatabase;
  let app: TestApp;
  let alice: Actor;
  /** With a verified address, so that a login from elsewhere causes a notice. */
  let bob: Actor;

  beforeAll(async () => {
    recording = await RecordingDatabase.start();
    app = await TestApp.on(recording.database, LIMITED);
    alice = await app.register('alice');
    bob = await app.registerProven('bob');
    // What is sent afterwards is not part of any answer.
    await app.app.get(Scheduler).stop();
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await recording.stop();
  });

  const login = (username: string, headers: Record<string, string> = {}) =>
    app.anonymous.post('/auth/login', { username, password: PASSWORD }, { headers });

  const deviceOf = async (username: string) => (await login(username)).headers.get('x-device-token') ?? '';

  /** All statements of a response, including begin and commit. */
  const statementsOf = async (status: number, ask: () => Promise<Answer>) => {
    recording.takeStatements();
    expect((await ask()).status).toBe(status);
    return recording.takeStatements();
  };

  it('a login takes at most 10 statements', async () => {
    expect((await statementsOf(200, () => login('alice'))).length).toBeLessThanOrEqual(10);
    expect((await statementsOf(200, () => login('alice@example.com'))).length).toBeLessThanOrEqual(10);
  });

  it('a login from a known device takes at most 10 statements', async () => {
    const device = { 'x-device-token': await deviceOf('alice') };
    expect((await statementsOf(200, () => login('alice', device))).length).toBeLessThanOrEqual(10);
  });

  it('a login from a new device takes at most 10 statements, with the mail that tells the owner', async () => {
    const statements = await statementsOf(200, () => login('bob', NEW_CLIENT));
    expect(statements.join()).toContain('"outbox_messages"');
    expect(statements.length).toBeLessThanOrEqual(10);
    expect((await statementsOf(200, () => login('alice', NEW_CLIENT))).length).toBeLessThanOrEqual(10);
  });

  it('a login after wrong passwords takes at most 10 statements', async () => {
    for (const wrong of ['one', 'two']) {
      await app.anonymous.post('/auth/login', { username: 'alice', password: wrong });
    }
    expect((await statementsOf(200, () => login('alice'))).length).toBeLessThanOrEqual(10);
  });

  it('a registration takes at most 10 statements, with the mail that asks for a proof of the address', async () => {
    const account = { username: 'carol', email: 'carol@example.com', password: PASSWORD };
    const statements = await statementsOf(201, () => app.anonymous.post('/auth/register', account));
    expect(statements.join()).toContain('"outbox_messages"');
    expect(statements.length).toBeLessThanOrEqual(10);
  });

  it.each([
    ['a refresh', 200, 3, () => app.anonymous.post('/auth/refresh', { refreshToken: alice.session.refreshToken })],
    ['showing the own account', 200, 2, () => bob.get('/users/me')],
    ['a new note', 201, 3, () => bob.post('/notes', { title: 'Milk', content: '' })],
  ])('%s (%i) takes at most %i statements', async (_, status, most, ask) => {
    expect((await statementsOf(status, ask)).length).toBeLessThanOrEqual(most);
  });

  it('a login has its body validated and its device token checked once', async () => {
    const device = { 'x-device-token': await deviceOf('alice') };
    const validate = jest.spyOn(ValidationPipe.prototype, 'transform');
    const decode = jest.spyOn(app.app.get(DeviceTokenCodec, { strict: false }), 'decode');
    expect((await login('alice', device)).status).toBe(200);
    expect(validate.mock.calls.filter(([, { metatype }]) => metatype === LoginDto)).toHaveLength(1);
    expect(decode).toHaveBeenCalledTimes(1);
  });
});
