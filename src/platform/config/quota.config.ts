import { type Environment, integer, readVariables } from './variables/environment';

export const quotaVariables = {
  QUOTA_ROWS: integer(
    1,
    1_000_000_000,
  )({
    default: 100_000,
    desc: 'Maximum number of rows of one kind, such as notes, per account; beyond that 403 quota_exceeded.',
    example: '10000',
  }),
  QUOTA_BYTES: integer(
    1024,
    1_000_000_000_000,
  )({
    default: 268_435_456,
    desc: 'Maximum total bytes of text (UTF-8) in all owned rows of one account; beyond that 403 quota_exceeded.',
    example: '67108864',
  }),
  QUOTA_SESSIONS: integer(
    1,
    10_000,
  )({
    default: 100,
    desc: 'Maximum number of live sessions per account; when another one starts, the least recently used one ends.',
    example: '20',
  }),
  QUOTA_API_TOKENS: integer(
    1,
    10_000,
  )({
    default: 50,
    desc: 'Maximum number of API tokens per account; beyond that 403 quota_exceeded.',
    example: '10',
  }),
};

/** How much of the database one account may use. */
export class QuotaConfig {
  /** Rows of one owned entity. */
  readonly rows: number;
  /** Total bytes of text in the rows of all owned entities. */
  readonly bytes: number;
  /** Live sessions; also how many ended sessions are kept. */
  readonly sessions: number;
  /** API tokens. */
  readonly apiTokens: number;

  constructor(env: Environment) {
    const variables = readVariables(quotaVariables, env);
    this.rows = variables.QUOTA_ROWS;
    this.bytes = variables.QUOTA_BYTES;
    this.sessions = variables.QUOTA_SESSIONS;
    this.apiTokens = variables.QUOTA_API_TOKENS;
  }
}
