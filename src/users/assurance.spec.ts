import fc from 'fast-check';
import { amrOf, authenticationBy, levelOf, strengthened } from './assurance';
import type { Proof, ProofMethod } from './proof';

const METHODS = ['password', 'email_code', 'passkey', 'totp', 'recovery_code', 'external', 'trusted_device'] as const;
const proofs = fc.array(
  fc.record({ method: fc.constantFrom<ProofMethod>(...METHODS), at: fc.nat(), userVerified: fc.boolean() }),
  { minLength: 1 },
);

describe('the assurance level', () => {
  it.each([
    [['password'], 'aal1'],
    [['password', 'email_code', 'external'], 'aal1'],
    [['totp'], 'aal1'],
    [['recovery_code', 'totp'], 'aal1'],
    [['passkey'], 'aal1'],
    [['passkey', 'totp'], 'aal1'],
    [['password', 'trusted_device'], 'aal1'],
    [['password', 'totp'], 'aal2'],
    [['email_code', 'passkey'], 'aal2'],
    [['external', 'recovery_code'], 'aal2'],
  ] as const)('of %j is %s', (methods, level) => {
    expect(levelOf(methods.map((method) => ({ method })))).toBe(level);
  });

  it('of a passkey alone is aal2 where its authenticator verified the user', () => {
    expect(levelOf([{ method: 'passkey', userVerified: true }])).toBe('aal2');
    expect(levelOf([{ method: 'password', userVerified: true }])).toBe('aal1');
  });

  it('of a method of another feature is aal1', () => {
    expect(levelOf([{ method: 'gateway' }, { method: 'totp' }])).toBe('aal1');
  });

  it('never sinks by another proof, whatever the order', () => {
    fc.assert(
      fc.property(proofs, proofs, (first, more) => {
        let now = authenticationBy(first);
        for (const proof of more) {
          const next = strengthened(now, proof);
          expect(now.level === 'aal2' && next.level === 'aal1').toBe(false);
          expect(next.at).toBeGreaterThanOrEqual(now.at);
          now = next;
        }
        const all: Proof[] = [...first, ...more];
        expect(new Set(now.methods)).toEqual(new Set(all.map(({ method }) => method)));
        // A session needs a first factor and another kind, or one verified passkey, at some time.
        if (now.level === 'aal2') expect(levelOf(all)).toBe('aal2');
      }),
    );
  });

  it('is said as RFC 8176 has it', () => {
    const amr = (methods: readonly ProofMethod[], level: 'aal1' | 'aal2') => amrOf({ methods, level, at: 0 });
    expect(amr(['password'], 'aal1')).toEqual(['pwd']);
    expect(amr(['password', 'totp'], 'aal2')).toEqual(['pwd', 'otp', 'mfa']);
    expect(amr(['passkey'], 'aal2')).toEqual(['pop', 'user', 'mfa']);
    expect(amr(['password', 'trusted_device'], 'aal1')).toEqual(['pwd']);
  });
});
