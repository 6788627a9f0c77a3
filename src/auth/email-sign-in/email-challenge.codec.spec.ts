import fc from 'fast-check';
import { Keyring } from '../../platform/config/keyring';
import { ChallengeTokenCodec } from '../challenges/challenge-token.codec';
import { OneTimeTokenCodec } from '../links/one-time-token.codec';
import { EmailChallengeCodec } from './email-challenge.codec';

const SECRET = 'a secret of at least thirty-two bytes';
const keyring = new Keyring([SECRET]);
const codec = new EmailChallengeCodec(keyring);

describe('the token of a request to sign in by mail', () => {
  it('comes back as the id that it was made of, and is no challenge for a second factor and no link', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const token = codec.encode(id);
        expect(codec.decode(token)).toBe(id);
        expect(new ChallengeTokenCodec(keyring).decode(token.replace('lke_', 'lkc_'))).toBeNull();
        expect(new OneTimeTokenCodec(keyring).decode(token.replace('lke_', 'lko_'))).toBeNull();
        expect(codec.decode(new OneTimeTokenCodec(keyring).encode(id).replace('lko_', 'lke_'))).toBeNull();
      }),
    );
  });
});

describe('a mailed code', () => {
  it('has 8 digits, is the same whenever it is made again, and is the only right one', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (id, other) => {
        const code = codec.codeOf(id);
        expect(code).toMatch(/^[0-9]{8}$/);
        expect(codec.codeOf(id)).toBe(code);
        expect(codec.isCode(id, code)).toBe(true);
        for (const wrong of [other, `${code}0`, code.slice(1), ` ${code}`, ''])
          expect(codec.isCode(id, wrong)).toBe(false);
      }),
    );
  });

  it('is another one with another id or secret', () => {
    const ids = fc.sample(fc.uuid(), 1000);
    const codes = new Set(ids.map((id) => codec.codeOf(id)));
    expect(codes.size).toBeGreaterThan(990);
    const other = new EmailChallengeCodec(new Keyring(['another secret of at least 32 bytes']));
    expect(ids.filter((id) => other.isCode(id, codec.codeOf(id)))).toEqual([]);
  });

  it('keeps a leading zero', () => {
    const id = fc.sample(fc.uuid(), 1000).find((each) => codec.codeOf(each).startsWith('0')) ?? '';
    expect(codec.isCode(id, codec.codeOf(id))).toBe(true);
    expect(codec.isCode(id, String(Number(codec.codeOf(id))))).toBe(false);
  });

  it('stays right after the secret was changed, while the old one is kept', () => {
    const rotated = new EmailChallengeCodec(new Keyring(['a new secret of more than 32 bytes', SECRET]));
    const id = '019aa3d2-5f30-7c44-9b1e-2f6d8a1c0e57';
    expect(rotated.isCode(id, codec.codeOf(id))).toBe(true);
    expect(rotated.codeOf(id)).not.toBe(codec.codeOf(id));
  });
});
