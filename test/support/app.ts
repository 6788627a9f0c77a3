import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module';
import { configureApp } from '../../src/app.setup';
import { OPERATOR } from '../../src/platform/audit/domain-events';
import { ServerConfig } from '../../src/platform/config/server.config';
import { ENVIRONMENT } from '../../src/platform/config/variables/environment';
import { Database } from '../../src/platform/database/database.service';
import { createAdapter } from '../../src/platform/http/adapter';
import { Scheduler } from '../../src/platform/jobs/scheduler.service';
import { Clock } from '../../src/platform/kernel/clock.service';
import { UsersService } from '../../src/users/users.service';
import { type Authenticated, Client, PASSWORD } from './client';
import { createMigratedDatabase, type Dialect, type TestDatabase } from './databases';
import { deleteMailIn, mailIn, type ReceivedMail } from './mailbox';

/** A clock that moves only when a test says so. */
export class TestClock extends Clock {
  private time = Date.now();

  override now(): number {
    return this.time;
  }

  /** Lets time pass, in milliseconds. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** A caller with an account. */
export interface Actor extends Client {
  readonly session: Authenticated;
}

class RegisteredActor extends Client implements Actor {
  constructor(
    origin: string,
    readonly session: Authenticated,
  ) {
    super(origin, session.accessToken);
  }
}

declare global {
  /** The applications that a test file has started and not yet closed; it fails when it leaves one running. */
  var runningApps: Set<NestFastifyApplication> | undefined;
}

/** The running application, the time it believes in, and those who call it. */
export class TestApp {
  /** A client without an account. */
  readonly anonymous: Client;
  /** The password of those who register. */
  password = PASSWORD;
  private actors = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: TestDatabase,
    readonly clock: TestClock,
    readonly origin: string,
  ) {
    this.anonymous = new Client(origin);
  }

  /** Starts the application on a migrated database of its own. @param controllers of the test's own @param modules of the test's own */
  static async start(
    dialect: Dialect,
    env: Record<string, string> = {},
    controllers: Type[] = [],
    modules: Type[] = [],
  ): Promise<TestApp> {
    return TestApp.on(await createMigratedDatabase(dialect), env, controllers, modules);
  }

  /** Starts the application, or one more instance of it, on a database that is there. @param parts what it is made of */
  static async on(
    database: TestDatabase,
    env: Record<string, string> = {},
    controllers: Type[] = [],
    modules: Type[] = [],
    parts: Type[] = [AppModule],
  ): Promise<TestApp> {
    const clock = new TestClock();
    const variables = { ...TEST_ENV, ...database.env, ...env };
    const module = await Test.createTestingModule({ imports: [...parts, ...modules], controllers })
      .overrideProvider(ENVIRONMENT)
      .useValue(variables)
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const adapter = createAdapter(new ServerConfig(variables));
    const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
    await configureApp(app);
    await app.listen(0, '127.0.0.1');
    globalThis.runningApps ??= new Set();
    globalThis.runningApps.add(app);
    app.getHttpServer().once('close', () => globalThis.runningApps?.delete(app));
    return new TestApp(app, database, clock, await app.getUrl());
  }

  /** Registers a new account. */
  async register(name = `user${(this.actors += 1)}`): Promise<Actor> {
    const account = { username: name, email: `${name}@example.com`, password: this.password };
    const { status, body, text } = await this.anonymous.post<Authenticated>('/auth/register', account);
    if (status !== 201) throw new Error(`register answered ${status}: ${text}`);
    return new RegisteredActor(this.origin, body);
  }

  /** Registers a new account that then proves its address. */
  async registerProven(name?: string): Promise<Actor> {
    const actor = await this.register(name);
    await this.prove(actor.session.user.email);
    return actor;
  }

  /** Follows the last link that was mailed to an address. */
  async prove(address: string): Promise<void> {
    const token = (await this.mailTo(address)).findLast((mail) => mail.token !== undefined)?.token;
    const { status, text } = await this.anonymous.post('/auth/email/verify', { token });
    if (status !== 204) throw new Error(`verify answered ${status}: ${text}`);
  }

  /** Everything that was mailed to an address until now, oldest first. */
  async mailTo(address: string): Promise<ReceivedMail[]> {
    await this.sendMail();
    return (await mailIn(this.database.dataDir)).filter(({ to }) => to === address);
  }

  /** Has everything that is due sent. */
  sendMail(): Promise<void> {
    return this.runJob('send-mail');
  }

  /** Runs a job now, as tests do not wait for its time. */
  runJob(name: string): Promise<void> {
    return this.app.get(Scheduler).run(name);
  }

  /** Registers a new account that the command line then makes an administrator. */
  async registerAdmin(name?: string): Promise<Actor> {
    const admin = await this.register(name);
    const users = this.app.get(UsersService);
    await users.updateStatus(OPERATOR, admin.session.user.id, { roles: ['user', 'admin'] });
    return admin;
  }

  /** An account, after a login. */
  async logIn(username: string): Promise<Actor> {
    const { status, body, text } = await this.anonymous.post<Authenticated>('/auth/login', {
      username,
      password: this.password,
    });
    if (status !== 200) throw new Error(`login answered ${status}: ${text}`);
    return new RegisteredActor(this.origin, body);
  }

  /** Deletes accounts, counters and mails, for the next test of the same application. */
  async empty(): Promise<void> {
    const { manager } = this.app.get(Database);
    for (const table of ['users', 'rate_limits', 'outbox_messages']) await manager.query(`DELETE FROM "${table}"`);
    await deleteMailIn(this.database.dataDir);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}

/** What every test application is configured with: cheap hashes, no logs, no limits. */
export const TEST_ENV = {
  NODE_ENV: 'test',
  PASSWORD_HASH_COST: '4',
  LOG_LEVEL: 'silent',
  RATE_LIMITS: 'off',
};
