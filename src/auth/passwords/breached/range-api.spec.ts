import {
  otherRow,
  RangeServer,
  rowsFor,
  send,
  sha1,
  slowAnswers,
  wrongAnswers,
} from '../../../../test/support/range-server';
import { RangeApi } from './range-api';

const PASSWORD = 'correct horse battery staple';

describe('the range API', () => {
  let server: RangeServer;
  const has = (timeLimit?: number) => new RangeApi(server.url, timeLimit).has(sha1(PASSWORD));

  beforeAll(async () => {
    server = await RangeServer.start();
  });

  afterAll(() => server.stop());

  it('gets five digits of a hash, and is asked for padding', async () => {
    server.knows([]);
    server.questions.length = 0;
    await has();
    expect(server.questions).toEqual([{ url: `/range/${sha1(PASSWORD).slice(0, 5)}`, padding: 'true' }]);
  });

  it.each([
    ['knows a hash that it answers', rowsFor([PASSWORD]), true],
    ['knows a hash in lowercase', rowsFor([PASSWORD]).map((row) => row.toLowerCase()), true],
    ['does not know another hash', rowsFor(['another password']), false],
    ['does not know padding, which has the count 0', rowsFor([PASSWORD], 0), false],
    ['knows a hash among its padding', [...rowsFor([PASSWORD], 0), ...rowsFor([PASSWORD])], true],
    ['may answer as much as ever', Array.from({ length: 2500 }, (_, index) => otherRow(index, 1)), false],
  ])('%s', async (_, rows, isKnown) => {
    server.knows(rows);
    expect(await has()).toBe(isKnown);
  });

  it('may end its rows by newlines alone, and the last one too', async () => {
    server.answers = (_, response) => void response.end(`${rowsFor([PASSWORD]).join('')}\n${otherRow(1, 4)}\n`);
    expect(await has()).toBe(true);
  });

  it.each(wrongAnswers(PASSWORD))('that %s is not believed', async (_, reason, answers) => {
    server.answers = answers;
    const failure: unknown = await has().catch((error: unknown) => error);
    expect(failure).toHaveProperty('name', reason === 'invalid-data' ? 'InvalidBreachData' : 'TypeError');
    expect(String(failure)).not.toContain(sha1(PASSWORD).slice(0, 5));
  });

  it.each(slowAnswers)('that answers %s is not waited for', async (_, answers) => {
    server.answers = answers;
    await expect(has(100)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('that is not there fails', async () => {
    const gone = await RangeServer.start();
    const { url } = gone;
    await gone.stop();
    await expect(new RangeApi(url).has(sha1(PASSWORD))).rejects.toMatchObject({ name: 'TypeError' });
  });

  it('is asked again after every failure', async () => {
    server.answers = (_, response) => send(response, rowsFor([PASSWORD]));
    expect(await has()).toBe(true);
  });
});
