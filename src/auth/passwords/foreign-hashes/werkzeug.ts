import { pbkdf2Reading, scryptReading } from './derived-keys';
import { exactBytes, NUMBER, type Reading, TEXT_SALT } from './reading';

const PBKDF2 = new RegExp(
  `^pbkdf2:(?<digest>sha1|sha256|sha512):(?<iterations>${NUMBER})\\$${TEXT_SALT}\\$(?<key>[0-9a-f]+)$`,
);

const SCRYPT = new RegExp(
  `^scrypt:(?<n>${NUMBER}):(?<r>${NUMBER}):(?<p>${NUMBER})\\$${TEXT_SALT}\\$(?<key>[0-9a-f]+)$`,
);

/** Hashes of `werkzeug.security.generate_password_hash`, used by Flask: `method:parameters$salt$hex`. */
export function readWerkzeug(text: string): Reading | null {
  if (!text.startsWith('pbkdf2:') && !text.startsWith('scrypt:')) return null;
  const {
    digest = '',
    iterations,
    n,
    r,
    p,
    salt = '',
    key = '',
  } = (PBKDF2.exec(text) ?? SCRYPT.exec(text))?.groups ?? {};
  if (iterations) return pbkdf2Reading(digest, Number(iterations), salt, exactBytes(key, 'hex'));
  if (n) return scryptReading({ n: Number(n), r: Number(r), p: Number(p) }, salt, exactBytes(key, 'hex'));
  return { refusal: 'is not a valid Werkzeug hash' };
}
