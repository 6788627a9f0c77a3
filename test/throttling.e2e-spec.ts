import { PASSWORD, TestApp } from './support/app';
import type { Problem } from './support/client';
import { onEachDatabase } from './support/databases';

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on', TRUST_PROXY: '127.0.0.1' });
  });

  afterEach(() => app.stop());

  const login = (username: string, password: string, from = '203.0.113.1') =>
    app.anonymous.post<Problem>('/auth/login', { username, password }, { headers: { 'x-forwarded-for': from } });

  const failures = async (count: number, username: string, from?: string) => {
    const answers = await Promise.all(Array.from({ length: count }, () => login(username, 'wrong password', from)));
    return answers.map((answer) => answer.status);
  };

  it.each(['alice', 'ALICE@example.com', 'nobody'])(
    'the eleventh failed login as %s is refused, also when all come at once, and says when to come back',
    async (name) => {
      await app.register('alice');
      const statuses = await failures(11, name);
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(1);
      const refused = await login(name, PASSWORD);
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused.headers.get('ratelimit')).toMatch(/^"login";r=0;t=\d+$/);
      expect(refused.headers.get('ratelimit-policy')).toBe('"login";q=10;w=900');
    },
  );

  it('the owner at another address still gets in, and an address that guesses at many accounts is stopped', async () => {
    await app.register('alice');
    await failures(11, 'alice');
    expect((await login('alice', PASSWORD, '198.51.100.7')).status).toBe(200);
    for (let index = 0; index < 9; index += 1) await failures(10, `guess${index}`);
    expect((await login('bystander', 'wrong password')).status).toBe(429);
    expect((await login('alice', PASSWORD, '198.51.100.7')).status).toBe(200);
  });

  it('a success forgets the failures before it', async () => {
    await app.register('alice');
    for (let round = 0; round < 3; round += 1) {
      await failures(9, 'alice');
      expect((await login('alice', PASSWORD)).status).toBe(200);
    }
  });
});

onEachDatabase((dialect) => {
  it('a forwarded address is believed from nobody but a configured proxy', async () => {
    const app = await TestApp.start(dialect, { RATE_LIMITS: 'on' });
    try {
      const attempts = Array.from({ length: 11 }, (_, index) =>
        app.anonymous.post(
          '/auth/login',
          { username: 'alice', password: 'wrong password' },
          { headers: { 'x-forwarded-for': `203.0.113.${index}` } },
        ),
      );
      const statuses = (await Promise.all(attempts)).map((answer) => answer.status);
      expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    } finally {
      await app.stop();
    }
  });
});
