import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PasswordCredential } from '../src/auth/passwords/password-credential.entity';
import { Database } from '../src/platform/database/database';
import { type Actor, TestApp } from './support/app';
import type { Problem } from './support/client';
import { type Dialect, onEachDatabase } from './support/databases';

/** Made by the systems themselves, not by this program. */
interface Vector {
  system: string;
  password: string;
  hash: string;
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, '../src/auth/passwords/foreign-hashes/vectors.json'), 'utf8'),
) as Vector[];

const vectorLike = (pattern: RegExp): Vector => {
  const vector = vectors.find(({ system, hash }) => pattern.test(`${system} ${hash}`));
  if (!vector) throw new Error(`No vector is like ${pattern.source}`);
  return vector;
};

/** One vector for each way to store a password, the costliest: what a system makes when nobody configures it. */
const DEFAULTS = [
  /^Werkzeug 2.*pbkdf2:sha256:260000/,
  /^Werkzeug 3.*scrypt:32768:8:1/,
  /^Django 3.*pbkdf2_sha256\$260000/,
  /^Django 4.*scrypt\$16384/,
  /^Django 4.*bcrypt_sha256\$\$2b\$10/,
  /^Django 4.*argon2\$argon2id.*m=102400/,
  /^python-bcrypt.*\$2b\$12/,
  /^libxcrypt.*\$2y\$10/,
  /^argon2-cffi.*\$argon2id.*m=102400/,
].map(vectorLike);

/** The same ways at low cost, for what does not depend on it. */
const CHEAP = [
  /^Werkzeug 2.*pbkdf2:sha512:1000\$/,
  /^Werkzeug 3.*scrypt:1024:/,
  /^Django 3.*pbkdf2_sha1\$1000\$/,
  /^Django 4.*scrypt\$1024/,
  /^Django 4.*bcrypt_sha256\$\$2b\$04/,
  /^Django 4.*argon2\$argon2id.*m=1024/,
  /^python-bcrypt.*\$2b\$04/,
  /^libxcrypt.*\$2y\$04/,
  /^argon2-cffi.*\$argon2id.*m=512/,
].map(vectorLike);

const OURS = /^hmac384\$/;

/** The running application, and accounts as an import leaves them. */
class Stage {
  private constructor(readonly app: TestApp) {}

  static async start(dialect: Dialect, env: Record<string, string> = {}): Promise<Stage> {
    return new Stage(await TestApp.start(dialect, env));
  }

  /** An account with the hash it had elsewhere. */
  async imported(hash: string): Promise<Actor> {
    const actor = await this.app.register();
    const { manager } = this.app.app.get(Database);
    await manager.update(PasswordCredential, { userId: actor.session.user.id }, { hash });
    return actor;
  }

  /** The hash that is in the database now. */
  async stored({ session }: Actor): Promise<string | undefined> {
    const [row] = await this.app.app.get(Database).select(PasswordCredential, '"userId" = $1', [session.user.id]);
    return row?.hash;
  }

  login({ session }: Actor, password: string) {
    return this.app.anonymous.post<Problem>('/auth/login', { username: session.user.username, password });
  }
}

onEachDatabase((dialect) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start(dialect);
  });

  afterAll(() => stage.app.stop());

  it.each(DEFAULTS.map(({ system, hash, password }) => [system, hash.slice(0, 24), password, hash]))(
    'a user of %s, whose hash was %s..., logs in with the same password, and has a hash of ours from then on',
    async (_system, _start, password, hash) => {
      const actor = await stage.imported(hash);
      expect((await stage.login(actor, `.${password}`)).body.code).toBe('invalid_credentials');
      expect(await stage.stored(actor)).toBe(hash);
      expect((await stage.login(actor, password)).status).toBe(200);
      const replaced = await stage.stored(actor);
      expect(replaced).toMatch(OURS);
      expect((await stage.login(actor, password)).status).toBe(200);
      expect((await stage.login(actor, `.${password}`)).status).toBe(401);
      expect(await stage.stored(actor)).toBe(replaced);
    },
  );

  it('many logins at once at the first time all succeed', async () => {
    const [{ hash, password }] = DEFAULTS.slice(-1) as [Vector];
    const actor = await stage.imported(hash);
    const answers = await Promise.all(Array.from({ length: 5 }, () => stage.login(actor, password)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await stage.login(actor, password)).status).toBe(200);
  });

  it('what bcrypt did not read at the first login counts from then on', async () => {
    const start = 'The quick brown fox jumps over the lazy dog, and the dog does not mind a';
    const { hash } =
      vectors.find(({ system, password }) => system.startsWith('libxcrypt') && password.startsWith(start)) ?? {};
    const actor = await stage.imported(hash ?? '');
    expect((await stage.login(actor, `${start} thing`)).status).toBe(200);
    expect((await stage.login(actor, `${start} bit`)).status).toBe(401);
    expect((await stage.login(actor, `${start} thing`)).status).toBe(200);
  });

  it('the password can be changed before the first login', async () => {
    const [{ hash, password }] = DEFAULTS as [Vector];
    const actor = await stage.imported(hash);
    const wanted = { currentPassword: password, newPassword: 'a longer and better passphrase' };
    expect((await actor.send('PUT', '/auth/password', wanted)).status).toBe(200);
    expect((await stage.login(actor, wanted.newPassword)).status).toBe(200);
    expect((await stage.login(actor, password)).status).toBe(401);
  });

  it.each([
    ['bcrypt of cost 31', `$2b$31$${'.'.repeat(53)}`],
    ['bcrypt of cost 31 in Django', `bcrypt_sha256$$2b$31$${'.'.repeat(53)}`],
    ['gigantic iterations', `pbkdf2:sha256:4294967295$salt$${'ab'.repeat(32)}`],
    ['more iterations than a number holds', `pbkdf2_sha256$${'9'.repeat(400)}$salt$${'YWFh'.repeat(11)}=`],
    ['gigantic memory', `$argon2id$v=19$m=4294967295,t=1,p=1$${'YWFh'.repeat(5)}$${'YWFh'.repeat(10)}`],
    ['gigantic memory of scrypt', `scrypt:1073741824:8:1$salt$${'ab'.repeat(64)}`],
    ['parameters that are impossible', `scrypt:3:8:1$salt$${'ab'.repeat(64)}`],
    ['the password itself', 'correct horse battery staple'],
    ['nothing', ''],
  ])('a hash of %s lets nobody in and changes nothing', async (_, hash) => {
    const actor = await stage.imported(hash);
    const answer = await stage.login(actor, 'correct horse battery staple');
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials']);
    expect(await stage.stored(actor)).toBe(hash);
  });
});

onEachDatabase((dialect) => {
  it('a hash of a system that HASH_IMPORT does not name lets nobody in', async () => {
    const stage = await Stage.start(dialect, { HASH_IMPORT: 'werkzeug,django' });
    try {
      for (const { system, hash, password } of CHEAP) {
        const actor = await stage.imported(hash);
        expect((await stage.login(actor, password)).status).toBe(/^(Werkzeug|Django) /.test(system) ? 200 : 401);
      }
    } finally {
      await stage.app.stop();
    }
  });
});
