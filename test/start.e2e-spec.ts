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

  it('the startup log shows where API, docs, data and mail are; without an SMTP server, links lead to the port in use and are logged', async () => {
    const program = await Program.start(database.env);
    const { port } = new URL(program.url);
    expect(program.log).toHaveLength(1);
    const [line] = program.log;
    expect(line).toMatchObject({
      msg: `Latchkey serves http://127.0.0.1:${port}`,
      site: `http://localhost:${port}`,
      api: `http://localhost:${port}/api/v1`,
      docs: `http://localhost:${port}/api/docs`,
      mail: `${database.dataDir}/mail`,
    });
    const data = dialect === 'sqlite' ? /^\/.+\/latchkey\.sqlite$/ : /^PostgreSQL [\w.:]+\/\w+$/;
    expect(line).toHaveProperty('data', expect.stringMatching(data));
    await program.register('alice');
    const written = await program.logged(({ msg }) => msg.startsWith('Mail was written to a file'));
    expect(written).toMatchObject({ file: expect.stringMatching(/mail\/.*\.eml$/) as string });
    expect(written).toMatchObject({ link: expect.stringMatching(/#token=lko_/) as string });
    const [mail] = await mailIn(database.dataDir);
    expect(mail?.link).toMatch(new RegExp(`^http://localhost:${port}/verify-email#token=`));
    expect(program.stderr).toBe('');
  });
});

it('in production, the server warns that LINK_BASE_URL is not set, and starts; no link is in the log', async () => {
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
  await program.register('alice');
  await program.logged(({ msg }) => msg.startsWith('Mail was written to a file'));
  expect(program.stdout.join('\n')).not.toContain('lko_');
  await program.stop();
  await database.drop();
});
