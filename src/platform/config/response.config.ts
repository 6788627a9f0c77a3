import { type Environment, integer, readVariables } from './variables/environment';

const KIB = 1024;
const MIB = 1024 * KIB;

export const responseVariables = {
  RESPONSE_PAGE_BYTES: integer(
    16 * KIB,
    16 * MIB,
  )({
    default: 256 * KIB,
    desc: 'Maximum bytes of text on one page of a list; the cursor continues after the last row that fits. A larger row is a page by itself.',
    example: '524288',
  }),
  RESPONSE_UNREAD_BYTES: integer(
    MIB,
    4096 * MIB,
  )({
    default: 32 * MIB,
    desc: 'Maximum total bytes of responses that clients have not read yet, a quarter of it for one network; beyond that, a large response is 503.',
    example: '67108864',
  }),
  RESPONSE_UNREAD_BYTES_PER_CLIENT: integer(
    256 * KIB,
    4096 * MIB,
  )({
    default: 4 * MIB,
    desc: 'The same per account, or per client network when no account is signed in.',
    example: '8388608',
  }),
  RESPONSE_READ_SECONDS: integer(
    1,
    3600,
  )({
    default: 30,
    desc: 'Maximum seconds for a client to read RESPONSE_PAGE_BYTES; a slower client is disconnected.',
    example: '60',
  }),
  EXPORTS_PER_ACCOUNT: integer(
    1,
    100,
  )({
    default: 2,
    desc: 'Maximum concurrent exports per account; beyond that 503.',
    example: '1',
  }),
  EXPORTS_IN_ALL: integer(
    1,
    1000,
  )({
    default: 20,
    desc: 'Maximum concurrent exports of all accounts, a quarter of it for one network; beyond that 503.',
    example: '40',
  }),
};

/** How much memory and time a response may take until its client has read it. */
export class ResponseConfig {
  /** Maximum stored bytes of text on one page of a list; one row always fits. */
  readonly pageBytes: number;
  /** Maximum total of unread bytes of all large responses. */
  readonly unreadBytes: number;
  /**
   * Maximum unread bytes of the large responses of one account, or of one client network when no account is signed in.
   */
  readonly unreadBytesPerClient: number;
  /** Maximum seconds for a client to read `pageBytes` of a response. */
  readonly readSeconds: number;
  /** Maximum concurrent exports per account. */
  readonly exportsPerAccount: number;
  /** Maximum concurrent exports. */
  readonly exportsInAll: number;

  constructor(env: Environment) {
    const variables = readVariables(responseVariables, env);
    this.pageBytes = variables.RESPONSE_PAGE_BYTES;
    this.unreadBytes = variables.RESPONSE_UNREAD_BYTES;
    this.unreadBytesPerClient = variables.RESPONSE_UNREAD_BYTES_PER_CLIENT;
    this.readSeconds = variables.RESPONSE_READ_SECONDS;
    this.exportsPerAccount = variables.EXPORTS_PER_ACCOUNT;
    this.exportsInAll = variables.EXPORTS_IN_ALL;
  }
}
