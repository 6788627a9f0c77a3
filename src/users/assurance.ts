import type { Proof, ProofMethod } from './proof';

/**
 * How sure it is that the owner is present: one factor, or two different ones (NIST SP 800-63B-4, AAL1 and AAL2). The
 * names are values of the claim `acr`.
 */
export type AssuranceLevel = 'aal1' | 'aal2';

/** How and when the owner of a session or of a gateway's request has authenticated. */
export interface Authentication {
  /** The methods of all proofs of the session. */
  readonly methods: readonly ProofMethod[];
  /** The time of the latest proof, in epoch milliseconds. */
  readonly at: number;
  readonly level: AssuranceLevel;
}

const FIRST_FACTORS: readonly ProofMethod[] = ['password', 'email_code', 'external'];
const SECOND_FACTORS: readonly ProofMethod[] = ['totp', 'passkey', 'recovery_code'];

/** The registered values of the claim `amr` (RFC 8176, 2); `fed` and `email` are in use, but not registered. */
const AMR: Partial<Record<ProofMethod, readonly string[]>> = {
  password: ['pwd'],
  email_code: ['email', 'otp'],
  passkey: ['pop', 'user'],
  totp: ['otp'],
  recovery_code: ['otp'],
  external: ['fed'],
  trusted_device: [],
};

/**
 * The level of proofs together: `aal2` for a passkey with user verification, or for one of `password`, `email_code` and
 * `external` together with one of `totp`, `passkey` and `recovery_code`; otherwise `aal1`.
 */
export function levelOf(proofs: readonly Pick<Proof, 'method' | 'userVerified'>[]): AssuranceLevel {
  const isVerified = proofs.some(({ method, userVerified }) => method === 'passkey' && userVerified === true);
  const hasOneOf = (methods: readonly ProofMethod[]) => proofs.some(({ method }) => methods.includes(method));
  return isVerified || (hasOneOf(FIRST_FACTORS) && hasOneOf(SECOND_FACTORS)) ? 'aal2' : 'aal1';
}

/** The authentication that proofs are. @param proofs at least one */
export function authenticationBy(proofs: readonly Proof[]): Authentication {
  return {
    methods: [...new Set(proofs.map(({ method }) => method))],
    at: Math.max(...proofs.map(({ at }) => at)),
    level: levelOf(proofs),
  };
}

/** An authentication after another proof. Its level never sinks. */
export function strengthened(before: Authentication, proof: Proof): Authentication {
  const after = authenticationBy([...before.methods.map((method) => ({ method, at: before.at })), proof]);
  return { ...after, level: before.level === 'aal2' ? 'aal2' : after.level };
}

/** The claim `amr` of an authentication (RFC 8176). */
export function amrOf({ methods, level }: Authentication): string[] {
  const values = methods.flatMap((method) => AMR[method] ?? [method]);
  return [...new Set([...values, ...(level === 'aal2' ? ['mfa'] : [])])];
}
