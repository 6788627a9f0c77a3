import { hashSync } from 'bcrypt';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { AuthConfig } from '../../platform/config/auth.config';
import { HashThreadPool } from './hashing/hash-thread-pool.service';
import { PasswordHasher } from './password-hasher.service';

const threads = new HashThreadPool();

afterAll(() => threads.onApplicationShutdown());

/** A hasher that always hashes for the same stranger. */
const hasherWith = (env: Record<string, string> = {}) => {
  const hasher = new PasswordHasher(new AuthConfig({ NODE_ENV: 'test', PASSWORD_HASH_COST: '4', ...env }), threads);
  const requester = { network: '203.0.113.1', account: null };
  return {
    hash: (password: string) => hasher.hash(password, requester),
    verify: (password: string, stored: string | null) => hasher.verify(password, stored, requester),
    refusalOf: (hash: string) => hasher.refusalOf(hash),
  };
};

const OLD_PEPPER = 'an old pepper of at least 32 bytes!!';
const NEW_PEPPER = 'a new pepper of at least 32 bytes!!!';

/** Text that a database can keep, as the API lets through. */
const password = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 256 }).filter((text) => text.isWellFormed());

describe('a password hash', () => {
  const hasher = hasherWith();

  it('names its scheme, its key version and its cost, and carries 60 characters of bcrypt', async () => {
    expect(await hasher.hash('secret')).toMatch(/^hmac384\$[\w-]{8}\$\$2b\$04\$[./A-Za-z0-9]{53}$/);
  });

  it('differs each time, for the same password', async () => {
    expect(await hasher.hash('secret')).not.toBe(await hasher.hash('secret'));
  });

  it('matches its own password, of any Unicode and length, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(password, password, async (right, wrong) => {
        const stored = await hasher.hash(right);
        expect(await hasher.verify(right, stored)).toEqual({ matches: true, outdated: false });
        fc.pre(right.normalize('NFC') !== wrong.normalize('NFC'));
        expect((await hasher.verify(wrong, stored)).matches).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('is not cut at 72 bytes nor at a NUL', async () => {
    const long = await hasher.hash('x'.repeat(72) + 'y');
    expect((await hasher.verify('x'.repeat(72) + 'z', long)).matches).toBe(false);
    const withNul = await hasher.hash('before\0after');
    expect((await hasher.verify('before\0other', withNul)).matches).toBe(false);
  });

  it('is not verified unless it has exactly the shape of ours, where no other is taken', async () => {
    const strict = hasherWith({ HASH_IMPORT: 'none' });
    const bcryptHash = hashSync('secret', 4);
    const [, keyId = ''] = (await hasher.hash('x')).split('$');
    const hostile = [
      '',
      'secret',
      bcryptHash,
      `hmac384$${keyId}$${bcryptHash}x`,
      `hmac384$${keyId}$${bcryptHash.replace('$04$', '$31$')}`,
      `hmac384$${keyId}$${bcryptHash.replace('$04$', '$16$')}`,
      `hmac384$unknown1$${bcryptHash}`,
      `sha1$${keyId}$${bcryptHash}`,
    ];
    for (const stored of hostile) {
      expect((await strict.verify('secret', stored)).matches).toBe(false);
      expect(strict.refusalOf(stored)).toEqual(expect.any(String));
    }
  });

  it('no password matches an unknown user', async () => {
    expect((await hasher.verify('', null)).matches).toBe(false);
    expect((await hasher.verify('secret', null)).matches).toBe(false);
  });

  it('is outdated when the cost, or the key, has moved on', async () => {
    const stored = await hasherWith({ PASSWORD_PEPPER: OLD_PEPPER }).hash('secret');
    const costlier = hasherWith({ PASSWORD_PEPPER: OLD_PEPPER, PASSWORD_HASH_COST: '5' });
    expect(await costlier.verify('secret', stored)).toEqual({ matches: true, outdated: true });
    const rekeyed = hasherWith({ PASSWORD_PEPPER: `${NEW_PEPPER},${OLD_PEPPER}` });
    expect(await rekeyed.verify('secret', stored)).toEqual({ matches: true, outdated: true });
    expect(await rekeyed.verify('secret', await rekeyed.hash('secret'))).toEqual({ matches: true, outdated: false });
  });

  it('made without a configured key still matches after one was introduced', async () => {
    const stored = await hasher.hash('secret');
    expect(await hasherWith({ PASSWORD_PEPPER: NEW_PEPPER }).verify('secret', stored)).toEqual({
      matches: true,
      outdated: true,
    });
  });

  it('of another system matches, and is outdated, where that system is accepted alone', async () => {
    const stored = hashSync('secret', 4);
    const accepting = hasherWith({ HASH_IMPORT: 'django,bcrypt' });
    expect(accepting.refusalOf(stored)).toBeNull();
    expect(await accepting.verify('secret', stored)).toEqual({ matches: true, outdated: true });
    expect((await accepting.verify('Secret', stored)).matches).toBe(false);
    const refusing = hasherWith({ HASH_IMPORT: 'django' });
    expect(refusing.refusalOf(stored)).toBe('is in the format bcrypt, which HASH_IMPORT does not include');
    expect((await refusing.verify('secret', stored)).matches).toBe(false);
  });

  it('of ours may be stored as long as its key is known', async () => {
    const stored = await hasherWith({ PASSWORD_PEPPER: OLD_PEPPER }).hash('secret');
    expect(hasherWith({ PASSWORD_PEPPER: `${NEW_PEPPER},${OLD_PEPPER}` }).refusalOf(stored)).toBeNull();
    expect(hasherWith({ PASSWORD_PEPPER: NEW_PEPPER }).refusalOf(stored)).toMatch(/PASSWORD_PEPPER/);
  });

  it('does not match when its key is gone, and never depends on the signing secret', async () => {
    const stored = await hasherWith({ PASSWORD_PEPPER: OLD_PEPPER }).hash('secret');
    expect((await hasherWith({ PASSWORD_PEPPER: NEW_PEPPER }).verify('secret', stored)).matches).toBe(false);
    const resigned = hasherWith({ PASSWORD_PEPPER: OLD_PEPPER, APP_SECRET: 'some signing secret of 32 bytes or more' });
    expect((await resigned.verify('secret', stored)).matches).toBe(true);
  });

  it('is refused with 503 when too many wait already', async () => {
    const busy = hasherWith({ PASSWORD_HASH_CONCURRENCY: '1', PASSWORD_HASH_QUEUE: '4' });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => busy.hash('secret')));
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(results[4]).toMatchObject({ reason: { code: 'overloaded', headers: { 'retry-after': '5' } } });
  });

  it('of another system waits in the same queue', async () => {
    const busy = hasherWith({ PASSWORD_HASH_CONCURRENCY: '1', PASSWORD_HASH_QUEUE: '0' });
    const stored = hashSync('secret', 4);
    const results = await Promise.allSettled([busy.hash('secret'), busy.verify('secret', stored)]);
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } });
  });
});
