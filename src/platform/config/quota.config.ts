import { type Environment, integer, readVariables } from './environment';

export const quotaVariables = {
  QUOTA_ROWS: integer(
    1,
    1_000_000_000,
  )({
    default: 100_000,
    desc: 'Most rows of one kind, such as notes, that one account may own; then 403 quota_exceeded.',
    example: '10000',
  }),
  QUOTA_BYTES: integer(
    1024,
    1_000_000_000_000,
  )({
    default: 268_435_456,
    desc: 'Most bytes of text (UTF-8) in all owned rows of one account together; then 403 quota_exceeded.',
    example: '67108864',
  }),
  QUOTA_SESSIONS: integer(
    1,
    10_000,
  )({
    default: 100,
    desc: 'Most live sessions of one account; when one more begins, the oldest ends.',
    example: '20',
  }),
  QUOTA_API_TOKENS: integer(
    1,
    10_000,
  )({
    default: 50,
    desc: 'Most API tokens of one account; then 403 quota_exceeded.',
    example: '10',
  }),
};

/** How much of the database one account may take up. */
export class QuotaConfig {
  /** Rows of one owned entity. */
  readonly rows: number;
  /** Bytes of text in the rows of all owned entities together. */
  readonly bytes: number;
  /** Live sessions; also how many ended ones are kept. */
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
