import { HandmadePasskey, type CreationCeremony, type RequestCeremony } from '../test/support/passkeys';
import { type LoadProcess, post } from './load-process';
import { databaseOf, type Ground, PASSKEY_ORIGIN } from './programs';
import { settings } from './settings';
import { Connection } from './sqlite';
import { logIn, send, type Stage } from './stage';
import { median } from './statistics';

/** Accounts that log in by passkey. */
const PEOPLE = 80;

/** Anonymous requests for options in each round. */
const OPTIONS = 2_000;

/** How many of them are answered. With the round that warms up, no account gets more sessions than its quota of 100. */
const LOGINS = 1_200;

/** Time for the logins of a round, in seconds; they take a fraction of it. */
const LONGEST_SECONDS = 60;

/** The rate of logins by passkey, and the cost of asking for options. */
export interface PasskeyResult {
  /** Median over the rounds. */
  loginsPerSecond: number;
  logins: number;
  failed: number;
  /** Anonymous requests for options, and the rows of all tables that were written meanwhile. */
  options: number;
  rowsWritten: number;
}

/** Adds a passkey that never counts, as those of phones, to the account of a seeded user. */
export async function newPasskey({ programs: { latchkey } }: Stage, username: string): Promise<HandmadePasskey> {
  const passkey = new HandmadePasskey(PASSKEY_ORIGIN);
  passkey.claims = { signCount: 0 };
  const { accessToken } = await logIn(latchkey, username);
  const ceremony = await send<CreationCeremony>(`${latchkey.api}/auth/passkeys/options`, {}, accessToken);
  await send(`${latchkey.api}/auth/passkeys`, passkey.registration(ceremony), accessToken);
  return passkey;
}

/** Asks anonymously for the options of a login. */
export const loginOptions = ({ programs: { latchkey } }: Stage): Promise<RequestCeremony> =>
  send<RequestCeremony>(`${latchkey.api}/auth/passkeys/login/options`, {});

/** Asks for the options of many logins, then answers some of them; each answer is good for one login. */
export class PasskeyLogins {
  private readonly rates: number[] = [];
  private readonly counts = { logins: 0, failed: 0, options: 0, rowsWritten: 0 };

  private constructor(
    private readonly stage: Stage,
    private readonly load: LoadProcess,
    private readonly file: string,
    private readonly passkeys: readonly HandmadePasskey[],
  ) {}

  static async prepare(stage: Stage, load: LoadProcess, ground: Ground): Promise<PasskeyLogins> {
    const passkeys: HandmadePasskey[] = [];
    for (const username of stage.people.others.slice(-PEOPLE)) passkeys.push(await newPasskey(stage, username));
    return new PasskeyLogins(stage, load, databaseOf('latchkey', ground), passkeys);
  }

  /** A round that does not count. */
  async warmUp(): Promise<void> {
    await this.round();
    this.rates.length = 0;
  }

  async round(): Promise<void> {
    const rows = await countRows(this.file);
    const ceremonies: RequestCeremony[] = [];
    const asking = Array.from({ length: settings.connections }, async () => {
      while (ceremonies.length < OPTIONS) ceremonies.push(await loginOptions(this.stage));
    });
    await Promise.all(asking);
    this.counts.rowsWritten += (await countRows(this.file)) - rows;
    this.counts.options += ceremonies.length;
    const bodies = ceremonies
      .slice(0, LOGINS)
      .map((ceremony, index) => this.passkeys[index % PEOPLE]?.assertion(ceremony) ?? {});
    const shot = post(`${this.stage.programs.latchkey.api}/auth/passkeys/login`, bodies);
    const { connections } = settings;
    const task = { kind: 'each', shot, connections, seconds: LONGEST_SECONDS } as const;
    const { perSecond, succeeded, failed } = await this.load.run(task);
    this.rates.push(perSecond);
    this.counts.logins += succeeded;
    this.counts.failed += failed;
  }

  result(): PasskeyResult {
    return { loginsPerSecond: median(this.rates), ...this.counts };
  }
}

/** The rows of all tables. */
async function countRows(file: string): Promise<number> {
  const database = await Connection.open(file, 'read');
  const tables = await database.all(`SELECT "name" FROM sqlite_master WHERE "type" = 'table'`);
  const counts = tables.map(({ name }) => `(SELECT COUNT(*) FROM "${String(name)}")`);
  const [row] = await database.all(`SELECT ${counts.join(' + ')} AS "rows"`);
  await database.close();
  return Number(row?.['rows']);
}
