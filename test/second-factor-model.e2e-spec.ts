import fc from 'fast-check';
import { Database } from '../src/platform/database/database.service';
import { TestApp } from './support/app';
import { Authenticator, type ChallengeBody } from './support/authenticator';
import { type Authenticated, type Client, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

/** What a person can do next, in any order. */
const STEPS = [
  'log in',
  'complete by code',
  'complete by recovery code',
  'complete by a wrong code',
  'enroll',
  'remove',
  'demand',
  'do without',
  'step up',
  'refresh',
  'log out',
  'wait',
] as const;

type Step = (typeof STEPS)[number];

/** One account, and what its owner holds. */
class Person {
  private readonly challenges: string[] = [];
  private readonly sessions: Authenticated[] = [];
  private authenticator: Authenticator | null = null;

  constructor(
    private readonly app: TestApp,
    readonly id: string,
    private readonly username: string,
    first: Authenticated,
  ) {
    this.sessions.push(first);
  }

  async take(step: Step): Promise<void> {
    const { anonymous, clock } = this.app;
    const session = this.sessions.at(-1);
    const caller = anonymous.as(session?.accessToken);
    if (step === 'log in') await this.logIn();
    if (step === 'complete by code') await this.complete({ totp: this.authenticator?.code() ?? '000000' });
    if (step === 'complete by recovery code') {
      await this.complete({
        recoveryCode: this.authenticator?.recoveryCodes[this.sessions.length % 10] ?? '0'.repeat(24),
      });
    }
    if (step === 'complete by a wrong code') {
      await this.complete({ totp: this.authenticator?.wrongCode() ?? '000000' });
    }
    if (step === 'enroll' && !this.authenticator) await this.enroll(caller);
    if (step === 'remove' && this.authenticator) {
      const { status } = await caller.delete(`/auth/totp/${this.authenticator.id}`);
      if (status === 204) this.authenticator = null;
    }
    if (step === 'demand') await caller.send('PUT', '/auth/second-factor', { required: true });
    if (step === 'do without') await caller.send('PUT', '/auth/second-factor', { required: false });
    if (step === 'step up') await this.stepUp(caller);
    if (step === 'refresh')
      await this.keep(anonymous.post('/auth/refresh', { refreshToken: session?.refreshToken ?? '' }));
    if (step === 'log out') await caller.post('/auth/logout');
    if (step === 'wait') clock.advance(200_000);
    // Each step has a code of its own.
    clock.advance(30_000);
  }

  private async logIn(): Promise<void> {
    const credentials = { username: this.username, password: PASSWORD };
    const { status, body } = await this.app.anonymous.post<Authenticated & ChallengeBody>('/auth/login', credentials);
    if (status === 200) this.sessions.push(body);
    else if (status === 202) this.challenges.push(body.challengeToken);
    else throw new Error(`login answered ${status}`);
  }

  private complete(evidence: object): Promise<void> {
    const challengeToken = this.challenges.pop() ?? 'lkc_none';
    return this.keep(this.app.anonymous.post('/auth/second-factor', { challengeToken, ...evidence }));
  }

  private async enroll(caller: Client): Promise<void> {
    const isAdmitted = (await caller.post('/auth/totp', {})).status === 201;
    if (isAdmitted) this.authenticator = await Authenticator.enroll(this.app, caller);
  }

  private stepUp(caller: Client): Promise<void> {
    const evidence = this.authenticator ? { totp: this.authenticator.code() } : { password: PASSWORD };
    return this.keep(caller.post('/auth/step-up', evidence));
  }

  private async keep(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
    const { status, body } = await answer;
    if (status === 200) this.sessions.push(body as Authenticated);
  }
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let people = 0;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  /** Live sessions of an account that are below what it demands. */
  const sessionsBelow = (id: string) =>
    app.app.get(Database).manager.query<object[]>(
      `SELECT "sessions"."id" FROM "sessions" JOIN "users" ON "users"."id" = "sessions"."userId"
        WHERE "users"."id" = '${id}' AND "users"."requiresSecondFactor" AND "endedAt" IS NULL AND "level" = 'aal1'`,
    );

  it('whatever its owner does in whatever order, an account that demands two factors has no session with one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 3, maxLength: 14 }), async (steps) => {
        people += 1;
        const { session } = await app.register(`person${people}`);
        const person = new Person(app, session.user.id, session.user.username, session);
        for (const step of steps) {
          await person.take(step);
          expect(await sessionsBelow(person.id)).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });
});
