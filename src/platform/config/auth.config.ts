import { NODE_ENV } from './variables/common';
import {
  ConfigError,
  type Environment,
  integer,
  list,
  oneOf,
  readVariables,
  someOf,
  text,
} from './variables/environment';
import { defaultHashes } from './variables/processors';

/** Beyond this, threads cost more memory than faster logins are worth. */
const MAX_HASHES_AT_ONCE = 64;

/** Systems whose password hashes can be imported; the last two are formats that many systems share. */
export const HASH_SCHEMES = ['werkzeug', 'django', 'bcrypt', 'argon2'] as const;

/** A system whose password hashes can be imported. */
export type HashScheme = (typeof HASH_SCHEMES)[number];

/** Longest lifetime of an access token in seconds. */
export const MAX_ACCESS_TOKEN_TTL = 3600;

/** Algorithms that can sign access tokens. */
export const ACCESS_TOKEN_ALGORITHMS = ['HS256', 'ES256'] as const;

/** An algorithm that can sign access tokens. */
export type AccessTokenAlgorithm = (typeof ACCESS_TOKEN_ALGORITHMS)[number];

const isLongSecret = (item: string) => Buffer.byteLength(item) >= 32;

export const authVariables = {
  APP_SECRET: list(
    isLongSecret,
    'one or more secrets of 32 bytes or more',
  )({
    default: [],
    desc: 'Secret that signs tokens and cursors, at least 32 bytes. Several, separated by commas: the first signs, all verify. Required in production; otherwise one is generated and stored in DATA_DIR.',
    example: 'the-output-of-openssl-rand-base64-48',
  }),
  PASSWORD_PEPPER: list(
    isLongSecret,
    'one or more keys of 32 bytes or more',
  )({
    default: [],
    desc: 'Key of the password digest, at least 32 bytes, independent of APP_SECRET. Several, separated by commas: the first is used for new hashes, all verify. Empty: a constant of the application. If a key is lost, the passwords hashed with it can no longer be verified.',
    example: 'another-output-of-openssl-rand-base64-48',
  }),
  PASSWORD_HASH_COST: integer(
    4,
    15,
  )({
    default: 12,
    desc: 'bcrypt cost, 10 to 15 (4 to 15 when NODE_ENV is test); each increment doubles the time of a login.',
    example: '12',
  }),
  PASSWORD_HASH_CONCURRENCY: integer(
    1,
    MAX_HASHES_AT_ONCE,
  )({
    default: defaultHashes(),
    desc: 'Password hashes computed at the same time, 1 to 64, each in its own thread. Default: on Linux, where these threads run at a lower priority, the number of processor cores, at most 16; on other systems one fewer.',
    example: '2',
  }),
  PASSWORD_HASH_QUEUE: integer(
    0,
    10_000,
  )({
    default: 100,
    desc: 'Password hashes that may wait, half of them from one client network; beyond that, logins get 503.',
    example: '50',
  }),
  HASH_IMPORT: someOf(...HASH_SCHEMES)({
    default: HASH_SCHEMES,
    desc: 'Systems whose password hashes can be imported; the first login replaces each hash: werkzeug, django, bcrypt and argon2, separated by commas, or none.',
    example: 'werkzeug,bcrypt',
  }),
  TOKEN_ISSUER: text(
    /^\S{1,200}$/,
    'a name or URL without spaces',
  )({
    default: 'latchkey',
    desc: 'The iss and aud claims of access tokens.',
    example: 'https://api.example.com',
  }),
  ACCESS_TOKEN_ALGORITHM: oneOf(...ACCESS_TOKEN_ALGORITHMS)({
    default: 'HS256',
    desc: 'Algorithm that signs access tokens, HS256 or ES256. HS256: with a key derived from APP_SECRET. ES256: with a key pair in the database, whose public half is served at /.well-known/jwks.json, so that other services can verify tokens.',
    example: 'ES256',
  }),
  ACCESS_TOKEN_TTL: integer(
    10,
    MAX_ACCESS_TOKEN_TTL,
  )({
    default: 900,
    desc: 'Lifetime of an access token in seconds, at most an hour.',
    example: '900',
  }),
  SESSION_TTL: integer(
    60,
    2_592_000,
  )({
    default: 86_400,
    desc: 'Absolute lifetime of a session in seconds.',
    example: '86400',
  }),
  SESSION_REMEMBER_TTL: integer(
    60,
    2_592_000,
  )({
    default: 2_592_000,
    desc: 'Absolute lifetime in seconds of a session started with remember; at most 30 days.',
    example: '2592000',
  }),
  SESSION_IDLE_TTL: integer(
    60,
    2_592_000,
  )({
    default: 1_209_600,
    desc: 'Seconds without a refresh after which a session ends, regardless of its absolute lifetime.',
    example: '604800',
  }),
  EMAIL_VERIFICATION: oneOf(
    'off',
    'optional',
    'required',
  )({
    default: 'optional',
    desc: 'off, optional or required. optional: a link is mailed at registration, and the account works without following it. required: an account cannot log in before its link is followed, and registration does not reveal whether an address is known.',
    example: 'required',
  }),
  API_TOKEN_TTL: integer(
    60,
    157_680_000,
  )({
    default: 7_776_000,
    desc: 'Lifetime in seconds of an API token that is created without expiresAt.',
    example: '2592000',
  }),
  API_TOKEN_MAX_TTL: integer(
    60,
    157_680_000,
  )({
    default: 31_536_000,
    desc: 'Longest lifetime in seconds that can be requested for an API token.',
    example: '7776000',
  }),
  UNVERIFIED_ACCOUNT_TTL: integer(
    86_400,
    31_536_000,
  )({
    default: 604_800,
    desc: 'With EMAIL_VERIFICATION=required: seconds after which a registration whose address was never verified is deleted, which frees its username; at least one day, the lifetime of its link.',
    example: '259200',
  }),
};

/** Secrets, password hashing, and the lifetimes of tokens and sessions. All lifetimes are in seconds. */
export class AuthConfig {
  /** Configured signing secrets, the first one signs; empty when one must be generated. */
  readonly secrets: readonly string[];
  /** Configured password digest keys, the first one is current; empty for the built-in constant. */
  readonly peppers: readonly string[];
  /** bcrypt cost factor. */
  readonly hashCost: number;
  /** Hashes computed concurrently. */
  readonly hashConcurrency: number;
  /** Hashes that may wait. */
  readonly hashQueue: number;
  /** Systems whose password hashes are imported and verified; empty for none. */
  readonly hashImport: readonly HashScheme[];
  /** The `iss` and `aud` claims. */
  readonly issuer: string;
  /** The algorithm that signs access tokens. */
  readonly accessTokenAlgorithm: AccessTokenAlgorithm;
  /** Access token lifetime, seconds. */
  readonly accessTokenTtl: number;
  /** Absolute session lifetime, seconds. */
  readonly sessionTtl: number;
  /** Absolute lifetime of a remembered session, seconds. */
  readonly rememberTtl: number;
  /** Idle session lifetime, seconds. */
  readonly idleTtl: number;
  /** Whether and how addresses of new accounts are verified. */
  readonly emailVerification: 'off' | 'optional' | 'required';
  /** Lifetime of an API token created without `expiresAt`, seconds. */
  readonly apiTokenTtl: number;
  /** Longest lifetime of an API token, seconds. */
  readonly apiTokenMaxTtl: number;
  /** How long a registration may stay unverified where verification is required, seconds. */
  readonly unverifiedAccountTtl: number;

  constructor(env: Environment) {
    const variables = readVariables({ NODE_ENV, ...authVariables }, env);
    this.secrets = variables.APP_SECRET;
    this.peppers = variables.PASSWORD_PEPPER;
    this.hashCost = variables.PASSWORD_HASH_COST;
    this.hashConcurrency = variables.PASSWORD_HASH_CONCURRENCY;
    this.hashQueue = variables.PASSWORD_HASH_QUEUE;
    this.hashImport = variables.HASH_IMPORT;
    this.issuer = variables.TOKEN_ISSUER;
    this.accessTokenAlgorithm = variables.ACCESS_TOKEN_ALGORITHM;
    this.accessTokenTtl = variables.ACCESS_TOKEN_TTL;
    this.sessionTtl = variables.SESSION_TTL;
    this.rememberTtl = variables.SESSION_REMEMBER_TTL;
    this.idleTtl = variables.SESSION_IDLE_TTL;
    this.emailVerification = variables.EMAIL_VERIFICATION;
    this.apiTokenTtl = Math.min(variables.API_TOKEN_TTL, variables.API_TOKEN_MAX_TTL);
    this.apiTokenMaxTtl = variables.API_TOKEN_MAX_TTL;
    this.unverifiedAccountTtl = variables.UNVERIFIED_ACCOUNT_TTL;
    if (variables.NODE_ENV === 'production' && this.secrets.length === 0) {
      throw new ConfigError(
        `APP_SECRET: is required in production (example: APP_SECRET=${authVariables.APP_SECRET.example})`,
      );
    }
    if (variables.NODE_ENV !== 'test' && this.hashCost < 10) {
      throw new ConfigError(
        'PASSWORD_HASH_COST: must be a whole number from 10 to 15 (example: PASSWORD_HASH_COST=12)',
      );
    }
  }
}

/** Where the hashes of leaked passwords are. @throws ConfigError when the file is not named */
