import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { FORGOT, RESEND } from '../src/auth/rate-limits/policies';
import { RateLimit } from '../src/auth/rate-limits/rate-limit.decorator';
import { Public } from '../src/platform/access/public.decorator';
import { DomainError } from '../src/platform/problems/domain-error';
import { Text } from '../src/platform/validation/fields';
import { TestApp } from './support/app';
import type { Client, Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { SystemTime } from './support/system-time';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

class ForgotDto {
  @Text({ min: 3, max: 254, example: 'alice@example.com' })
  email!: string;
}

/** Routes as a team's module would have them. */
@Controller('mails')
class MailsController {
  @Public()
  @Post('forgot')
  @HttpCode(204)
  @RateLimit(FORGOT)
  forgot(@Body() { email }: ForgotDto): void {
    if (email.startsWith('broken')) throw new DomainError('overloaded', 'Broken.');
    if (email.startsWith('missing')) throw new DomainError('not_found', 'Missing.');
  }

  @Post('resend')
  @HttpCode(204)
  @RateLimit(RESEND)
  resend(): void {
    // What is limited is that it is asked for.
  }
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let time: SystemTime;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' }, [MailsController]);
  });

  beforeEach(async () => {
    await app.empty();
    time = SystemTime.stop();
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.stop());

  const forgot = (email: unknown, from = '203.0.113.1') =>
    app.anonymous.post<Problem>('/mails/forgot', { email }, { headers: { 'x-forwarded-for': from } });

  const statuses = async (count: number, ask: (index: number) => Promise<{ status: number }>) => {
    const seen: number[] = [];
    for (let index = 0; index < count; index += 1) seen.push((await ask(index)).status);
    return seen;
  };

  it('five mails an hour to one address in any letter case from one client, whatever is answered; another one is not kept from asking', async () => {
    const five = (status: number) => Array.from({ length: 5 }, () => status);
    expect(await statuses(5, () => forgot('alice@example.com'))).toEqual(five(204));
    expect(await statuses(5, () => forgot('missing@example.com'))).toEqual(five(404));
    for (const email of ['Alice@Example.COM', 'missing@example.com']) {
      const refused = await forgot(email);
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(refused.headers.get('retry-after')).toBe('3600');
      expect(refused.headers.get('ratelimit')).toBe('"forgot";r=0;t=3600');
      expect(refused.headers.get('ratelimit-policy')).toBe('"forgot";q=5;w=3600');
    }
    expect((await forgot('bob@example.com')).status).toBe(204);
    expect((await forgot('alice@example.com', '198.51.100.1')).status).toBe(204);
    time.now += HOUR;
    expect((await forgot('alice@example.com')).status).toBe(204);
  });

  it('of many at once five are let through', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => forgot('alice@example.com')));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('thirty mails an hour from one client, which cost the addresses nothing once it is refused', async () => {
    await statuses(30, (index) => forgot(`person${index}@example.com`));
    const refused = await statuses(6, () => forgot('alice@example.com'));
    expect(refused).toEqual([429, 429, 429, 429, 429, 429]);
    expect(await statuses(5, () => forgot('alice@example.com', '198.51.100.1'))).toEqual([204, 204, 204, 204, 204]);
  });

  it('what is not valid or fails on our side is not counted', async () => {
    for (const email of [undefined, 7, null, ['alice@example.com'], 'a\0@example.com', '\ud800@example.com', 'x']) {
      expect([email, (await forgot(email)).status]).toEqual([email, 400]);
    }
    expect(await statuses(6, () => forgot('broken@example.com'))).toEqual([503, 503, 503, 503, 503, 503]);
    await statuses(30, (index) => forgot(`person${index}@example.com`));
    expect((await forgot('alice@example.com')).status).toBe(429);
  });

  it('one mail a minute for the account that is signed in', async () => {
    const [alice, bob] = [await app.register('alice'), await app.register('bob')];
    const resend = (caller: Client) => caller.post('/mails/resend');
    expect((await resend(alice)).status).toBe(204);
    const refused = await resend(alice);
    expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, '"resend";q=1;w=60']);
    expect((await resend(bob)).status).toBe(204);
    time.now += 60 * SECOND;
    expect((await resend(alice)).status).toBe(204);
    expect((await app.anonymous.post('/mails/resend')).status).toBe(401);
  });
});
