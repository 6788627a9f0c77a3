import { createDatabase, onEachDatabase, type TestDatabase } from './support/databases';
import { mailIn } from './support/mailbox';
import { Program } from './support/program';

const PRODUCTION = {
  NODE_ENV: 'production',
  PASSWORD_HASH_COST: '10',
  APP_SECRET: 'a secret of at least thirty-two bytes',
};

onEachDatabase((dialect) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase(dialect);
  });

  afterEach(async () => {
    await Program.killAll();
    await database.drop();
  });

  it('the start says in one line where the API, its docs, the data and the mails are, and links lead to the port that was taken', async () => {
    const program = await Program.start(database.env);
    const { port } = new URL(program.url);
    const [line, ...others] = program.log;
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      msg: `Latchkey serves http://127.0.0.1:${port}`,
      api: `http://localhost:${port}/api/v1`,
      docs: `http://localhost:${port}/api/docs`,
      data: dialect === 'sqlite' ? `${database.dataDir}/latchkey.sqlite` : expect.stringMatching(/^PostgreSQL [^@]+$/),
      mail: `${database.dataDir}/mail`,
    });
    await program.register('alice');
    await program.logged(({ msg }) => msg.startsWith('Mail was written'));
    const [mail] = await mailIn(database.dataDir);
    expect(mail?.link).toMatch(new RegExp(`^http://localhost:${port}/verify-email#token=`));
    expect(program.stderr).toBe('');
  });

  it('in production, links without LINK_BASE_URL are warned about by its name; where it is given, they lead there', async () => {
    const unset = await Program.start({ ...database.env, ...PRODUCTION });
    expect(unset.log[0]).toMatchObject({ level: 'warn', msg: expect.stringMatching(/^LINK_BASE_URL is not set: /) });
    await unset.stop();
    const given = await Program.start({ ...database.env, ...PRODUCTION, LINK_BASE_URL: 'https://app.example.com/me/' });
    expect(given.log.map(({ level }) => level)).toEqual(['info']);
    await given.register('alice');
    await given.logged(({ msg }) => msg.startsWith('Mail was written'));
    const [mail] = await mailIn(database.dataDir);
    expect(mail?.link).toMatch(/^https:\/\/app\.example\.com\/me\/verify-email#token=/);
  });
});
