import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';
import { mailIn } from './support/mailbox';
import { Program } from './support/program';

onEachDatabase((dialect) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase(dialect);
  });

  afterEach(async () => {
    await Program.killAll();
    await database.drop();
  });

  it('the start says where API, docs, data and mails are, and links lead to the port that was taken', async () => {
    const program = await Program.start(database.env);
    const { port } = new URL(program.url);
    expect(program.log).toHaveLength(1);
    const [line] = program.log;
    expect(line).toMatchObject({
      msg: `Latchkey serves http://127.0.0.1:${port}`,
      api: `http://localhost:${port}/api/v1`,
      docs: `http://localhost:${port}/api/docs`,
      mail: `${database.dataDir}/mail`,
    });
    const data = dialect === 'sqlite' ? /^\/.+\/latchkey\.sqlite$/ : /^PostgreSQL [\w.:]+\/\w+$/;
    expect(line).toHaveProperty('data', expect.stringMatching(data));
    await program.register('alice');
    await program.logged(({ msg }) => msg.startsWith('Mail was written'));
    const [mail] = await mailIn(database.dataDir);
    expect(mail?.link).toMatch(new RegExp(`^http://localhost:${port}/verify-email#token=`));
    expect(program.stderr).toBe('');
  });
});

it('in production, the start warns by its name that LINK_BASE_URL is not set, and serves', async () => {
  const database = await createDatabase('sqlite');
  const production = {
    NODE_ENV: 'production',
    PASSWORD_HASH_COST: '10',
    APP_SECRET: 'a secret of at least thirty-two bytes',
  };
  const program = await Program.start({ ...database.env, ...production });
  const [warning] = program.log;
  expect([warning?.level, warning?.msg]).toEqual(['warn', expect.stringMatching(/^LINK_BASE_URL is not set: /)]);
  expect((await program.anonymous.get('/health/ready')).status).toBe(200);
  await program.stop();
  await database.drop();
});
