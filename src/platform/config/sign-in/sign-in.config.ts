import { ConfigError, type Environment, integer, oneOf, readVariables, text } from '../variables/environment';

export const signInVariables = {
  EMAIL_SIGN_IN: oneOf(
    'off',
    'on',
  )({
    default: 'off',
    desc: 'on or off: owners of verified addresses can log in by a mailed code or link.',
    example: 'on',
  }),
  SECOND_FACTOR: oneOf(
    'optional',
    'admins',
    'everyone',
  )({
    default: 'optional',
    desc: 'Which accounts need a second factor: optional (those whose owner requires it), admins (also administrators) or everyone.',
    example: 'admins',
  }),
  TRUSTED_DEVICE_TTL: integer(
    0,
    2_592_000,
  )({
    default: 0,
    desc: 'Seconds for which logins from a device that its owner trusts need no second factor; at most 30 days. 0: owners cannot trust devices.',
    example: '2592000',
  }),
  BREACHED_PASSWORDS: oneOf(
    'off',
    'file',
    'range',
  )({
    default: 'off',
    desc: 'Whether new passwords that were leaked elsewhere are refused: off, file (those in BREACHED_PASSWORDS_FILE) or range (BREACHED_PASSWORDS_URL is sent 5 of the 40 digits of the SHA-1 hash; without a response within a second, the password is accepted).',
    example: 'range',
  }),
  BREACHED_PASSWORDS_FILE: text(
    /^[^\0\r\n]*$/,
    'a path',
  )({
    default: '',
    desc: 'With BREACHED_PASSWORDS=file: file of SHA-1 hashes sorted by hash, one per line, as haveibeenpwned-downloader writes it.',
    example: '/var/lib/latchkey/pwnedpasswords.txt',
  }),
  BREACHED_PASSWORDS_URL: text(
    /^https?:\/\/[^\s?#@]+$/,
    'an address like https://api.pwnedpasswords.com',
  )({
    default: 'https://api.pwnedpasswords.com',
    desc: 'With BREACHED_PASSWORDS=range: base URL of the range API of Pwned Passwords, or of a mirror of it.',
    example: 'https://pwned.example.com',
  }),
};

/** What accounts can and have to prove, beyond a password. */
export class SignInConfig {
  /** Whether owners of verified addresses can log in by a mailed code or link. */
  readonly emailSignIn: boolean;
  /** Whose sessions need a second factor. */
  readonly secondFactor: 'optional' | 'admins' | 'everyone';
  /** How long a trusted device needs no second factor, seconds; 0 for never. */
  readonly trustedDeviceTtl: number;
  /** Where the hashes of leaked passwords are; null when new passwords are not compared with them. */
  readonly breachedPasswords: { file: string } | { url: string } | null;

  constructor(env: Environment) {
    const variables = readVariables(signInVariables, env);
    this.emailSignIn = variables.EMAIL_SIGN_IN === 'on';
    this.secondFactor = variables.SECOND_FACTOR;
    this.trustedDeviceTtl = variables.TRUSTED_DEVICE_TTL;
    this.breachedPasswords = breachedPasswordsIn(variables);
  }
}

function breachedPasswordsIn(variables: { [name in `BREACHED_PASSWORDS${'' | '_FILE' | '_URL'}`]: string }) {
  const { BREACHED_PASSWORDS: mode, BREACHED_PASSWORDS_FILE: file, BREACHED_PASSWORDS_URL: url } = variables;
  if (mode === 'off') return null;
  if (mode === 'range') return { url: url.replace(/\/+$/, '') };
  if (file !== '') return { file };
  const { example } = signInVariables.BREACHED_PASSWORDS_FILE;
  throw new ConfigError(
    `BREACHED_PASSWORDS_FILE: is required by BREACHED_PASSWORDS=file (example: BREACHED_PASSWORDS_FILE=${example})`,
  );
}
