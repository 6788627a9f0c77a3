import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from 'bcrypt';
import { HASH_SCHEMES } from '../../../platform/config/auth.config';
import { matchesForeign, readForeignHash } from './foreign-hash';

/** Made by the systems themselves, not by this program. */
const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as {
  system: string;
  password: string;
  hash: string;
}[];

/** Those that `foreign-hash.spec.ts` leaves to this file. */
const costly = vectors.filter(({ hash }) => !/\$04\$|[:$]1000\$|\$1\$|[:$]1024[:$]|m=\d{1,4},/.test(hash));

const matches = async (hash: string, password: string) => {
  const reading = readForeignHash(hash, HASH_SCHEMES);
  return 'check' in reading && (await matchesForeign(reading.check, password, compare));
};

describe('a hash at its full cost', () => {
  it.each(costly.map(({ system, hash, password }) => [system, hash.slice(0, 24), password, hash]))(
    '%s, %s: matches its password %j and no other',
    async (_system, _start, password, hash) => {
      expect(await matches(hash, password)).toBe(true);
      // One character more, in front, where no system cuts it off.
      expect(await matches(hash, `.${password}`)).toBe(false);
    },
  );

  it('is computed without a failure at the edge of the bounds', async () => {
    const key = 'ab'.repeat(64);
    const bare = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64').replace(/=+$/, '');
    for (const hash of [
      `scrypt:262144:8:1$salt$${key}`,
      `scrypt:32768:1:4$salt$${key}`,
      `scrypt:2:8:8000$salt$${key}`,
      `scrypt:2:80000:1$salt$${key}`,
      `$argon2id$v=19$m=262144,t=1,p=16$${bare(64)}$${bare(64)}`,
      `$argon2id$v=19$m=8,t=10,p=1$${bare(8)}$${bare(16)}`,
    ]) {
      expect(await matches(hash, 'secret')).toBe(false);
    }
  });
});
