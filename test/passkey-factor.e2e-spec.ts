import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsObject, IsString, ValidateNested } from 'class-validator';
import { ChallengesModule } from '../src/auth/challenges/challenges.module';
import { invalidChallenge } from '../src/auth/challenges/sign-in-challenges.service';
import { FactorsModule } from '../src/auth/factors/factors.module';
import { SecondFactors } from '../src/auth/factors/second-factors.service';
import { PasskeyEvidenceDto } from '../src/auth/passkeys/dto/passkey-evidence.dto';
import { SessionsModule } from '../src/auth/sessions/sessions.module';
import { SessionsService } from '../src/auth/sessions/sessions.service';
import type { AuthResponseDto } from '../src/auth/sign-in/dto/auth-response.dto';
import { SignInModule } from '../src/auth/sign-in/sign-in.module';
import { SignInService } from '../src/auth/sign-in/sign-in.service';
import { Authenticated } from '../src/platform/access/authenticated.decorator';
import { Public } from '../src/platform/access/public.decorator';
import { Database } from '../src/platform/database/database.service';
import { type AnonymousCaller, type Caller, CurrentUser, sessionOf } from '../src/users/caller';
import { UsersModule } from '../src/users/users.module';
import { UsersService } from '../src/users/users.service';
import { type Actor, TestApp } from './support/app';
import { type Authenticated as Tokens, type Client, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';
import {
  addPasskey,
  type Claims,
  HandmadePasskey,
  type PasskeyEvidence,
  type RequestCeremony,
} from './support/passkeys';

interface ChallengeBody {
  status: string;
  challengeToken: string;
  methods: string[];
}

class StepUpDto {
  @IsObject()
  @ValidateNested()
  @Type(() => PasskeyEvidenceDto)
  passkey!: PasskeyEvidenceDto;
}

class FactorDto extends StepUpDto {
  @IsString()
  challengeToken!: string;
}

/** The least that takes a passkey as second factor and for step-up, whatever else the routes of the API do. */
@Controller('test')
class FactorController {
  constructor(
    private readonly signIn: SignInService,
    private readonly factors: SecondFactors,
    private readonly sessions: SessionsService,
  ) {}

  @Public()
  @Post('second-factor')
  @HttpCode(200)
  async complete(
    @CurrentUser() caller: AnonymousCaller,
    @Body() { challengeToken, passkey }: FactorDto,
  ): Promise<AuthResponseDto> {
    const { user, grant } = await this.signIn.complete(caller, challengeToken, { passkey });
    return this.signIn.respond(user, grant);
  }

  @Authenticated()
  @Post('step-up')
  @HttpCode(200)
  async stepUp(@CurrentUser() caller: Caller, @Body() { passkey }: StepUpDto): Promise<AuthResponseDto> {
    const id = sessionOf(caller);
    const attempt = { actor: caller, accountId: caller.id, evidence: { passkey }, gone: invalidChallenge } as const;
    const grant = await this.factors.prove({ ...attempt, ceremony: `session:${id}` }, (tx, _user, proof) =>
      this.sessions.strengthen(tx, id, proof),
    );
    return this.signIn.respond(caller.user, grant);
  }
}

@Module({
  imports: [UsersModule, ChallengesModule, FactorsModule, SessionsModule, SignInModule],
  controllers: [FactorController],
})
class FactorTestModule {}

onEachDatabase((dialect) => {
  let app: TestApp;
  let origin: string;

  beforeAll(async () => {
    app = await TestApp.start(dialect, {}, [], [FactorTestModule]);
    origin = app.origin.replace('127.0.0.1', 'localhost');
  });

  afterAll(() => app.stop());

  /** An account with a passkey, whose sessions need two factors. */
  const newOwner = async () => {
    const owner = await app.registerProven();
    const passkey = new HandmadePasskey(origin);
    expect((await addPasskey(owner, passkey)).status).toBe(201);
    const users = app.app.get(UsersService);
    await users.withLockedUser(owner.session.user.id, (tx, { id }) =>
      users.update(tx, id, { requiresSecondFactor: true }),
    );
    return { owner, passkey, userId: owner.session.user.id };
  };

  /** A sign-in by password, which waits for the second factor. */
  const logIn = async ({ session }: Actor) => {
    const { status, body } = await app.anonymous.post<ChallengeBody>('/auth/login', {
      username: session.user.username,
      password: PASSWORD,
    });
    expect([status, body.status]).toEqual([202, 'second_factor_required']);
    return body;
  };

  const optionsOf = async (challengeToken: string) =>
    (await app.anonymous.post<RequestCeremony>('/auth/second-factor/options', { challengeToken })).body;

  const complete = (challengeToken: string, passkey: PasskeyEvidence) =>
    app.anonymous.post<Tokens & Problem>('/test/second-factor', { challengeToken, passkey });

  const stepUp = (caller: Client, passkey: PasskeyEvidence) =>
    caller.post<Tokens & Problem>('/test/step-up', { passkey });

  const claimsOf = (accessToken: string) =>
    JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as { acr: string; amr: string[] };

  const eventsOf = async (userId: string) => {
    const rows = await app.app
      .get(Database)
      .query<{ type: string }>('SELECT "type" FROM "audit_events" WHERE "accountId" = $1', [userId]);
    return rows.map(({ type }) => type);
  };

  it('after the password, a passkey completes the sign-in, once of 20 at once', async () => {
    const { owner, passkey } = await newOwner();
    const { challengeToken, methods } = await logIn(owner);
    expect(methods).toEqual(['passkey']);
    const options = await optionsOf(challengeToken);
    expect(options.publicKey).toMatchObject({ allowCredentials: [{ id: passkey.id }], userVerification: 'required' });
    const answer = passkey.assertion(options);
    const answers = await Promise.all(Array.from({ length: 20 }, () => complete(challengeToken, answer)));
    const opened = answers.filter(({ status }) => status === 200);
    expect(opened).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));
    expect(claimsOf(opened[0]?.body.accessToken ?? '')).toMatchObject({
      acr: 'aal2',
      amr: ['pwd', 'pop', 'user', 'mfa'],
    });
    expect((await complete(challengeToken, answer)).body.code).toBe('invalid_challenge');
  });

  it('P8 passkeys are listed only after the right first factor', async () => {
    for (const challengeToken of ['x', 'lkc_AZqj0nxOewqfPi9qTwyaEQ']) {
      const { status, body } = await app.anonymous.post<Problem>('/auth/second-factor/options', { challengeToken });
      expect([status, body.code]).toEqual([401, 'invalid_challenge']);
    }
    const { owner } = await newOwner();
    const { challengeToken } = await logIn(owner);
    app.clock.advance(300_000);
    const late = await app.anonymous.post<Problem>('/auth/second-factor/options', { challengeToken });
    expect([late.status, late.body.code]).toEqual([401, 'invalid_challenge']);
  });

  it("P1 P2 P4 a ceremony of another sign-in, kind or account, another's passkey, and no verification are refused alike", async () => {
    const [{ owner, passkey, userId }, other] = [await newOwner(), await newOwner()];
    const { challengeToken } = await logIn(owner);
    const options = await optionsOf(challengeToken);
    const elsewhere = await optionsOf((await logIn(owner)).challengeToken);
    const login = (await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options')).body;
    const stepUpOptions = (await owner.post<RequestCeremony>('/auth/step-up/options')).body;
    const wrong: PasskeyEvidence[] = [
      passkey.assertion(elsewhere),
      passkey.assertion(login),
      passkey.assertion(stepUpOptions),
    ];
    for (const one of wrong) expect((await complete(challengeToken, one)).body.code).toBe('invalid_second_factor');
    const claims: Partial<Claims>[] = [{ isVerified: false }, { userHandle: other.passkey.userHandle }];
    for (const claim of claims) {
      const { challengeToken: next } = await logIn(owner);
      const refused = await complete(next, passkey.assertion(await optionsOf(next), claim));
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_second_factor']);
    }
    const theirs = await complete(challengeToken, other.passkey.assertion(options));
    expect([theirs.status, theirs.body.code]).toEqual([401, 'invalid_second_factor']);
    expect((await eventsOf(userId)).filter((type) => type === 'second-factor.refused')).toHaveLength(6);
    // A key that was named need not name the account.
    const { challengeToken: last } = await logIn(owner);
    const answer = passkey.assertion(await optionsOf(last), { userHandle: null });
    expect((await complete(last, answer)).status).toBe(200);
  });

  it('P5 a copied passkey is refused as second factor, recorded and told, once', async () => {
    const { owner, passkey, userId } = await newOwner();
    const first = await logIn(owner);
    const honest = passkey.assertion(await optionsOf(first.challengeToken), { signCount: 7 });
    expect((await complete(first.challengeToken, honest)).status).toBe(200);
    const second = await logIn(owner);
    const copied = passkey.assertion(await optionsOf(second.challengeToken), { signCount: 7 });
    for (let count = 0; count < 3; count += 1) {
      expect((await complete(second.challengeToken, copied)).body.code).toBe('invalid_second_factor');
    }
    expect((await eventsOf(userId)).filter((type) => type === 'passkey.cloned')).toHaveLength(1);
    const mails = (await app.mailTo(owner.session.user.email)).map(({ subject }) => subject);
    expect(mails.filter((subject) => subject === 'A passkey of your account may have been copied')).toHaveLength(1);
  });

  it('a passkey raises the session that asked, and no other', async () => {
    const owner = await app.register();
    const passkey = new HandmadePasskey(origin);
    expect((await addPasskey(owner, passkey)).status).toBe(201);
    // Adding it has proven it; that is over by now.
    app.clock.advance(300_001);
    const elsewhere = await app.logIn(owner.session.user.username);
    expect((await owner.post<Problem>('/auth/passkeys/options')).body.code).toBe('step_up_required');
    const options = (await owner.post<RequestCeremony>('/auth/step-up/options')).body;
    expect(options.publicKey.allowCredentials).toMatchObject([{ id: passkey.id }]);
    const unverified = passkey.assertion(options, { isVerified: false });
    expect((await stepUp(owner, unverified)).body.code).toBe('invalid_second_factor');
    const answer = passkey.assertion(options);
    expect((await stepUp(elsewhere, answer)).body.code).toBe('invalid_second_factor');
    const raised = await stepUp(owner, answer);
    expect([raised.status, claimsOf(raised.body.accessToken).acr]).toEqual([200, 'aal2']);
    expect((await owner.as(raised.body.accessToken).post('/auth/passkeys/options')).status).toBe(200);
    expect((await stepUp(owner, answer)).body.code).toBe('invalid_second_factor');
    expect((await elsewhere.post<Problem>('/auth/passkeys/options')).body.code).toBe('step_up_required');
  });

  it('a sign-in that waits for a second factor ends when a passkey is added or removed', async () => {
    const { owner, passkey } = await newOwner();
    const strongOf = async () => {
      const options = (await app.anonymous.post<RequestCeremony>('/auth/passkeys/login/options')).body;
      const { body } = await app.anonymous.post<Tokens>('/auth/passkeys/login', passkey.assertion(options));
      return app.anonymous.as(body.accessToken);
    };
    const strong = await strongOf();
    const another = new HandmadePasskey(origin);
    const [before] = [await logIn(owner)];
    const options = await optionsOf(before.challengeToken);
    const added = await addPasskey(strong, another);
    expect(added.status).toBe(201);
    expect((await complete(before.challengeToken, passkey.assertion(options))).body.code).toBe('invalid_challenge');
    const later = await logIn(owner);
    const laterOptions = await optionsOf(later.challengeToken);
    expect((await strong.delete(`/auth/passkeys/${added.body.id}`)).status).toBe(204);
    expect((await complete(later.challengeToken, passkey.assertion(laterOptions))).body.code).toBe('invalid_challenge');
  });
});
