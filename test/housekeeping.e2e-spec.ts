import { Housekeeping } from '../src/auth/housekeeping';
import { Database } from '../src/database/database';
import { PASSWORD, TestApp } from './support/app';
import { onEachDatabase } from './support/databases';

const DAY = 86_400_000;

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  it('what is over is cleared away, and what is not stays', async () => {
    const alice = await app.register('alice');
    await alice.post('/auth/api-tokens', { name: 'Script', scopes: ['notes:read'], password: PASSWORD });
    await app.sendMail();
    const count = async (table: string) => {
      const [row] = await app.app
        .get(Database)
        .manager.query<{ n: number | string }[]>(`SELECT COUNT(*) AS n FROM "${table}"`);
      return Number(row?.n);
    };
    const counts = () => Promise.all(['sessions', 'one_time_tokens', 'api_tokens'].map(count));
    const clear = () => app.app.get(Housekeeping).clear();
    await clear();
    expect(await counts()).toEqual([1, 1, 1]);
    app.clock.advance(DAY + 1);
    await clear();
    expect(await counts()).toEqual([0, 0, 1]);
    app.clock.advance(90 * DAY);
    await clear();
    expect(await counts()).toEqual([0, 0, 0]);
  });
});
