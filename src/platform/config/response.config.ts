import { type Environment, integer, readVariables } from './environment';

const KIB = 1024;
const MIB = 1024 * KIB;

export const responseVariables = {
  RESPONSE_PAGE_BYTES: integer(
    16 * KIB,
    16 * MIB,
  )({
    default: 256 * KIB,
    desc: 'Most bytes of text on one page of a list; the cursor continues after what fitted. A larger row is a page of its own.',
    example: '524288',
  }),
  RESPONSE_UNREAD_BYTES: integer(
    MIB,
    4096 * MIB,
  )({
    default: 32 * MIB,
    desc: 'Most bytes of answers that clients have not read yet, of all clients together and a quarter of it of one network; the next large answer is 503.',
    example: '67108864',
  }),
  RESPONSE_UNREAD_BYTES_PER_CLIENT: integer(
    256 * KIB,
    4096 * MIB,
  )({
    default: 4 * MIB,
    desc: 'The same for one account, or for one client network where no account is signed in.',
    example: '8388608',
  }),
  RESPONSE_READ_SECONDS: integer(
    1,
    3600,
  )({
    default: 30,
    desc: 'Longest time in seconds for a client to read RESPONSE_PAGE_BYTES; a slower one is disconnected.',
    example: '60',
  }),
  EXPORTS_PER_ACCOUNT: integer(
    1,
    100,
  )({
    default: 2,
    desc: 'Exports of one account that may be under way at once; the next is 503.',
    example: '1',
  }),
  EXPORTS_IN_ALL: integer(
    1,
    1000,
  )({
    default: 20,
    desc: 'Exports of all accounts that may be under way at once, and a quarter of it of one network; the next is 503.',
    example: '40',
  }),
};

/** How much memory and time an answer may take until its client has read it. */
export class ResponseConfig {
  /** Most bytes of text on one page of a list, as stored; one row always fits. */
  readonly pageBytes: number;
  /** Most unread bytes of all large answers together. */
  readonly unreadBytes: number;
  /** Most unread bytes of one account's large answers, or of one client network's where no account is signed in. */
  readonly unreadBytesPerClient: number;
  /** Longest time in seconds for a client to take `pageBytes` of an answer. */
  readonly readSeconds: number;
  /** Most exports of one account at once. */
  readonly exportsPerAccount: number;
  /** Most exports at once. */
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
