import { Secret, TOTP } from 'otpauth';

/** Seconds of one step. */
const PERIOD = 30;

/** Bytes of a seed: 160 bits (RFC 4226, 4). */
export const SEED_BYTES = 20;

/** The shape of a code. */
export const TOTP_CODE = /^[0-9]{6}$/;

/** What authenticator apps support in common (RFC 6238 with its default algorithm). */
const PARAMETERS = { algorithm: 'SHA1', digits: 6, period: PERIOD } as const;

const authenticator = (seed: Buffer, issuer?: string, label?: string) =>
  new TOTP({
    ...PARAMETERS,
    ...(issuer !== undefined && { issuer }),
    ...(label !== undefined && { label }),
    secret: new Secret({ buffer: Uint8Array.from(seed).buffer }),
  });

/**
 * The step of a code, if it is that of now, the one before or the one after (RFC 6238, 5.2).
 * @param now epoch milliseconds
 * @returns null when the code is wrong
 */
export function stepOf(seed: Buffer, code: string, now: number): number | null {
  if (!TOTP_CODE.test(code)) return null;
  const delta = authenticator(seed).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD) + delta;
}

/** The code of a step's time. @param now epoch milliseconds */
export const codeAt = (seed: Buffer, now: number): string => authenticator(seed).generate({ timestamp: now });

/** A seed as people type it into an app: base32 (RFC 4648, 6). */
export const base32 = (seed: Buffer): string => authenticator(seed).secret.base32;

/** The seed for an app, as the text of a QR code. */
export const otpauthUri = (seed: Buffer, issuer: string, label: string): string =>
  authenticator(seed, issuer, label).toString();
