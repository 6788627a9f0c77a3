import { createHash, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, hashSync } from 'bcrypt';
import fc from 'fast-check';
import { HASH_SCHEMES, type HashScheme } from '../../../platform/config/auth.config';
import { matchesForeign, readForeignHash } from './foreign-hash';

/** Made by the systems themselves, not by this program. */
interface Vector {
  scheme: HashScheme;
  /** Name and version. */
  system: string;
  password: string;
  hash: string;
}

const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as Vector[];

/** Hashes of every form that cost next to nothing; `foreign-hash.cost.spec.ts` has those at the cost of their systems. */
const cheap = vectors.filter(({ hash }) => /\$04\$|[:$]1000\$|\$1\$|[:$]1024[:$]|m=\d{1,4},/.test(hash));

const refusal = (hash: string, accepted: readonly HashScheme[] = HASH_SCHEMES) => {
  const reading = readForeignHash(hash, accepted);
  return 'refusal' in reading ? reading.refusal : null;
};

const matches = async (hash: string, password: string) => {
  const reading = readForeignHash(hash, HASH_SCHEMES);
  return 'check' in reading && (await matchesForeign(reading.check, password, compare));
};

const hashOf = (start: string) => vectors.find(({ hash }) => hash.startsWith(start))?.hash ?? '';

/** One character more, in front, where no system cuts it off. */
const nearly = (password: string) => `.${password}`;

describe('a hash that another system made', () => {
  it.each(cheap.map(({ system, hash, password }) => [system, hash.slice(0, 24), password, hash]))(
    '%s, %s: matches its password %j and no other',
    async (_system, _start, password, hash) => {
      expect(refusal(hash)).toBeNull();
      expect(await matches(hash, password)).toBe(true);
      expect(await matches(hash, nearly(password))).toBe(false);
    },
  );

  it('is of every system, and of several versions where formats changed', () => {
    const systems = new Set(vectors.map(({ system }) => system.replace(/\.\d+\.\d+$/, '')));
    const known = ['Werkzeug 2', 'Werkzeug 3', 'Django 3', 'Django 4', 'Django 5', 'Django 6'];
    for (const system of [...known, 'python-bcrypt 3', 'python-bcrypt 5', 'argon2-cffi 21', 'argon2-cffi 25']) {
      expect(systems).toContain(system);
    }
  });

  it.each(HASH_SCHEMES)('is refused when its system, %s, is not accepted', (scheme) => {
    const others = HASH_SCHEMES.filter((other) => other !== scheme);
    for (const { hash } of vectors.filter((vector) => vector.scheme === scheme)) {
      expect(refusal(hash, others)).toBe(`is in the format ${scheme}, which HASH_IMPORT does not include`);
      expect(refusal(hash, [scheme])).toBeNull();
    }
  });

  it('does not match when any part of it was changed', async () => {
    const hashes = [
      hashOf('pbkdf2:sha512:1000'),
      hashOf('pbkdf2_sha256$1$'),
      hashOf('$2b$04$bVHA'),
      hashOf('$argon2id$v=19$m=8,'),
    ];
    for (const hash of hashes) {
      const { password = '' } = vectors.find((vector) => vector.hash === hash) ?? {};
      expect(await matches(hash, password)).toBe(true);
      for (const [index, character] of Array.from(hash).entries()) {
        // The version of bcrypt is a name of the same thing, and other numbers cost more than this test may.
        if (index < hash.indexOf('$', 8)) continue;
        const other = character === 'O' ? 'e' : 'O';
        expect(await matches(hash.slice(0, index) + other + hash.slice(index + 1), password)).toBe(false);
      }
    }
  });
});

describe('the password that was typed', () => {
  const sha256 = (password: string) =>
    `pbkdf2:sha256:1$salt$${pbkdf2Sync(password, 'salt', 1, 32, 'sha256').toString('hex')}`;

  it('matches as typed, and composed for a system that composes, but not decomposed', async () => {
    const [composed, decomposed] = ['zo\u00eb', 'zoe\u0308'];
    expect(await matches(sha256(decomposed), decomposed)).toBe(true);
    expect(await matches(sha256(composed), decomposed)).toBe(true);
    expect(await matches(sha256(decomposed), composed)).toBe(false);
  });

  it('matches nothing with a NUL, not even where the algorithm sees no difference', async () => {
    expect(pbkdf2Sync('secret\0', 'salt', 1, 32, 'sha256')).toEqual(pbkdf2Sync('secret', 'salt', 1, 32, 'sha256'));
    expect(await matches(sha256('secret'), 'secret\0')).toBe(false);
    const bcryptHash = hashSync('secret', 4);
    expect(await matches(bcryptHash, 'secret')).toBe(true);
    for (const other of ['secret\0', 'secret\0more', 'secret\0secret'])
      expect(await matches(bcryptHash, other)).toBe(false);
    expect(await matches(sha256('a\0b'), 'a\0b')).toBe(false);
  });

  it('counts to 72 bytes with plain bcrypt, whatever its length and version, and as a whole with every other', async () => {
    const start = 'x'.repeat(72);
    for (const version of ['$2a$', '$2b$', '$2y$']) {
      const stored = hashSync(start, 4).replace('$2b$', version);
      for (const length of [0, 1, 183, 184, 185]) expect(await matches(stored, start + 'z'.repeat(length))).toBe(true);
      expect(await matches(stored, start.slice(1))).toBe(false);
      // 256 bytes are none at all where the length wraps around.
      expect(await matches(hashSync('x', 4).replace('$2b$', version), 'x'.padEnd(256, 'y'))).toBe(false);
    }
    expect(await matches(sha256(start), `${start}z`)).toBe(false);
    const digest = createHash('sha256').update(start).digest('hex');
    const django = `bcrypt_sha256$${hashSync(digest, 4)}`;
    expect(await matches(django, start)).toBe(true);
    expect(await matches(django, `${start}z`)).toBe(false);
  });
});

describe('a hash that would cost too much, or is none', () => {
  const hex = (bytes: number) => 'ab'.repeat(bytes);
  const base64 = (bytes: number) => Buffer.alloc(bytes, 1).toString('base64');
  const bare = (bytes: number) => base64(bytes).replace(/=+$/, '');
  const bcryptTail = '.'.repeat(53);
  const argon2 = (parameters: string, salt = 16, key = 32) => `$argon2id$v=19$${parameters}$${bare(salt)}$${bare(key)}`;

  it.each([
    ['pbkdf2:sha256:4000000$salt$' + hex(32), 'pbkdf2:sha256:4000001$salt$' + hex(32)],
    ['pbkdf2:sha512:2000000$salt$' + hex(64), 'pbkdf2:sha512:2000001$salt$' + hex(64)],
    ['pbkdf2:sha256:1$salt$' + hex(32), 'pbkdf2:sha256:0$salt$' + hex(32)],
    ['pbkdf2:sha512:1$salt$' + hex(64), 'pbkdf2:sha512:1$salt$' + hex(32)],
    ['pbkdf2:sha1:1$salt$' + hex(20), 'pbkdf2:sha1:1$salt$' + hex(20) + 'a'],
    ['pbkdf2:sha256:9$salt$' + hex(32), 'pbkdf2:sha256:99999999999999999999$salt$' + hex(32)],
    [`pbkdf2:sha256:1$${'s'.repeat(128)}$${hex(32)}`, `pbkdf2:sha256:1$${'s'.repeat(129)}$${hex(32)}`],
    ['scrypt:131072:8:4$salt$' + hex(64), 'scrypt:131072:8:5$salt$' + hex(64)],
    ['scrypt:131072:16:2$salt$' + hex(64), 'scrypt:131072:17:1$salt$' + hex(64)],
    ['scrypt:262144:8:2$salt$' + hex(64), 'scrypt:524288:8:1$salt$' + hex(64)],
    ['scrypt:8192:8:64$salt$' + hex(64), 'scrypt:8192:8:65$salt$' + hex(64)],
    ['scrypt:2:8:80000$salt$' + hex(64), 'scrypt:2:8:90000$salt$' + hex(64)],
    ['scrypt:2:1:1$salt$' + hex(64), 'scrypt:2:1:9999999999$salt$' + hex(64)],
    ['scrypt:2:1:1$salt$' + hex(64), 'scrypt:2:9999999999:1$salt$' + hex(64)],
    ['scrypt:32768:1:1$salt$' + hex(64), 'scrypt:65536:1:1$salt$' + hex(64)],
    ['scrypt:2:1:1$salt$' + hex(64), 'scrypt:3:1:1$salt$' + hex(64)],
    ['scrypt:2:1:1$salt$' + hex(64), 'scrypt:1:1:1$salt$' + hex(64)],
    ['scrypt:2:1:1$salt$' + hex(64), 'scrypt:2:1:1$salt$' + hex(65)],
    ['pbkdf2_sha256$4000000$salt$' + base64(32), 'pbkdf2_sha256$4000001$salt$' + base64(32)],
    ['pbkdf2_sha1$1$salt$' + base64(20), 'pbkdf2_sha1$1$salt$' + base64(32)],
    ['scrypt$16384$salt$8$32$' + base64(64), 'scrypt$16384$salt$8$33$' + base64(64)],
    ['scrypt$131072$salt$8$4$' + base64(64), 'scrypt$131072$salt$8$5$' + base64(64)],
    ['$2b$15$' + bcryptTail, '$2b$16$' + bcryptTail],
    ['$2a$04$' + bcryptTail, '$2a$31$' + bcryptTail],
    ['$2y$04$' + bcryptTail, '$2y$03$' + bcryptTail],
    ['$2b$04$' + bcryptTail, '$2b$04$' + bcryptTail + '.'],
    ['$2b$04$' + bcryptTail, '$2x$04$' + bcryptTail],
    ['$2b$04$' + bcryptTail, '$2b$04$' + '.'.repeat(21) + '/' + '.'.repeat(31)],
    ['bcrypt_sha256$$2b$15$' + bcryptTail, 'bcrypt_sha256$$2b$31$' + bcryptTail],
    ['bcrypt$$2b$15$' + bcryptTail, 'bcrypt$$2b$31$' + bcryptTail],
    [argon2('m=262144,t=4,p=8'), argon2('m=262145,t=1,p=8')],
    [argon2('m=262144,t=4,p=8'), argon2('m=262144,t=5,p=8')],
    [argon2('m=219872,t=5,p=1'), argon2('m=219873,t=5,p=1')],
    [argon2('m=64,t=1000,p=1'), argon2('m=64,t=9999999999,p=1')],
    [argon2('m=128,t=500,p=16'), argon2('m=128,t=1000,p=16')],
    [argon2('m=262144,t=1,p=16'), argon2('m=262144,t=1,p=17')],
    [argon2('m=64,t=1,p=8'), argon2('m=63,t=1,p=8')],
    [argon2('m=8,t=1,p=1', 8), argon2('m=8,t=1,p=1', 7)],
    [argon2('m=8,t=1,p=1', 64), argon2('m=8,t=1,p=1', 65)],
    [argon2('m=8,t=1,p=1', 16, 16), argon2('m=8,t=1,p=1', 16, 15)],
    [argon2('m=8,t=1,p=1', 16, 64), argon2('m=8,t=1,p=1', 16, 65)],
    [argon2('m=8,t=1,p=1'), argon2('m=8,t=1,p=1').replace('v=19', 'v=16')],
    [`argon2${argon2('m=262144,t=4,p=8')}`, `argon2${argon2('m=4294967295,t=10,p=8')}`],
  ])('%s may be verified, %s is refused before anything is computed', (taken, refused) => {
    expect(refusal(taken)).toBeNull();
    expect(refusal(refused)).toEqual(expect.any(String));
  });

  it.each([
    ['Werkzeug 3', 'scrypt:32768:8:1$salt$' + hex(64)],
    ['Werkzeug 3', 'pbkdf2:sha256:1000000$salt$' + hex(32)],
    ['Django 5 and 6', 'scrypt$16384$salt$8$5$' + base64(64)],
    ['Django 6.1', 'pbkdf2_sha256$1500000$salt$' + base64(32)],
    ...['131072:8:1', '65536:8:2', '32768:8:3', '16384:8:5', '8192:8:10'].map((cost) => [
      'OWASP',
      `scrypt:${cost}$salt$${hex(64)}`,
    ]),
    ['OWASP', 'pbkdf2:sha1:1300000$salt$' + hex(20)],
    ['OWASP', 'pbkdf2:sha256:600000$salt$' + hex(32)],
    ['OWASP', 'pbkdf2:sha512:210000$salt$' + hex(64)],
    ...['m=47104,t=1', 'm=19456,t=2', 'm=12288,t=3', 'm=9216,t=4', 'm=7168,t=5'].map((cost) => [
      'OWASP',
      argon2(`${cost},p=1`),
    ]),
    ['RFC 9106, second choice', argon2('m=65536,t=3,p=4')],
  ])('%s: the default or recommended %s may be verified', (_, hash) => {
    expect(refusal(hash)).toBeNull();
  });

  it.each([
    '',
    'secret',
    '!',
    '$',
    '$2',
    '$argon2',
    'md5$salt$' + hex(16),
    'sha1$salt$' + hex(20),
    hex(20),
    'pbkdf2:',
    'argon2$',
  ])('%j is refused', (text) => {
    expect(refusal(text)).toEqual(expect.any(String));
  });

  it.each(['', 'secret', '!', '$', 'md5$salt$' + hex(16), 'sha1$salt$' + hex(20), hex(20)])(
    '%j is in an unknown format',
    (text) => {
      expect(refusal(text)).toBe('is in an unknown format');
    },
  );

  it('is refused for its length alone beyond 512 characters', () => {
    expect(refusal('x'.repeat(512))).toBe('is in an unknown format');
    expect(refusal('x'.repeat(513))).toBe('is longer than 512 characters');
  });

  it('is refused or verified, but never fails, whatever was made of a good one', async () => {
    const least = cheap.map(({ hash }) => hash).filter((hash) => /\$04\$|:1000\$|\$1\$|m=8,|m=512,/.test(hash));
    const changed = fc
      .tuple(fc.constantFrom(...least), fc.nat(80), fc.nat(8), fc.string({ maxLength: 8 }))
      .map(([hash, at, cut, more]) => hash.slice(0, at) + more.replace(/\d/g, '') + hash.slice(at + cut));
    await fc.assert(
      fc.asyncProperty(changed, async (hash) => {
        expect([true, false]).toContain(await matches(hash, 'secret'));
      }),
      { numRuns: 300 },
    );
  });
});
