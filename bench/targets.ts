import type { Bulk } from './bulk';
import type { HostileReadersResult } from './hostile-readers';
import type { FloodResult } from './login-flood';
import type { StormResult } from './login-storm';
import type { Memory } from './memory';
import type { Parity } from './parity';
import type { PasskeyResult } from './passkey-logins';
import type { CheckResult } from './password-check';
import { ratioOf } from './statistics';
import type { Cell, RouteResult } from './throughput';

/** Everything that one run measured. */
export interface Measurements {
  routes: RouteResult[];
  /** The first and the last page of 100,000 notes. */
  paging: { first: Cell; last: Cell };
  /** `GET /users/me` with an access token and with an API token. */
  bearers: { session: Cell; apiToken: Cell };
  /** A list of 20 notes as a page and as JSON. */
  notesPage: { page: Cell; json: Cell };
  /** `GET /users/me` with access tokens that are signed with a secret, and with a key pair. */
  signing: { HS256: Cell; ES256: Cell };
  passkeys: PasskeyResult;
  /** Requests whose time must not tell whether an account exists, and in which state it is. */
  parity: Record<string, Parity>;
  /** The export of 100,000 notes, and the import of 100,000 accounts. */
  bulk: { export: Bulk; import: Bulk };
  storm: StormResult;
  flood: FloodResult;
  /** 60 clients that request large pages and read nothing. */
  hostileReaders: HostileReadersResult;
  passwordCheck: CheckResult;
  /** Milliseconds from the start to the first response. */
  startMs: number;
  /** Null if the system does not report it. */
  memory: Memory | null;
  /** MiB that stay resident after each round and a collection of garbage. */
  retained: (number | null)[];
  /** Share of the processors that other programs kept busy, before each round. */
  noise: number[];
}

/** A target and its result. */
export interface Verdict {
  what: string;
  measured: string;
  wanted: string;
  /** Null if it cannot be measured here. */
  met: boolean | null;
}

const atLeast = (what: string, value: number, bound: number, unit = ''): Verdict => ({
  what,
  measured: value.toFixed(2) + unit,
  wanted: `at least ${bound}${unit}`,
  met: value >= bound,
});

const atMost = (what: string, value: number, bound: number, unit = '', digits = 2): Verdict => ({
  what,
  measured: value.toFixed(digits) + unit,
  wanted: `at most ${bound}${unit}`,
  met: value <= bound,
});

/** The targets, and whether they are met. */
export function judge({
  routes,
  paging,
  bearers,
  notesPage,
  signing,
  passkeys,
  parity,
  bulk,
  storm,
  flood,
  hostileReaders,
  passwordCheck,
  startMs,
  retained,
}: Measurements): Verdict[] {
  const times = (route: string, name: 'limit' | 'tutorial') => {
    const cells = routes.find((result) => result.route === route)?.cells;
    return cells ? ratioOf(cells.latchkey, cells[name]) : NaN;
  };
  const apart = ratioOf(paging.first, paging.last);
  const pairs = [paging, bearers, notesPage, signing].flatMap((pair) => Object.values<Cell>(pair));
  const failed = [...routes.map(({ cells }) => cells.latchkey), ...pairs];
  return [
    atLeast('`GET /notes`, of limit', times('GET /notes', 'limit'), 0.78),
    atLeast('`GET /notes`, times tutorial', times('GET /notes', 'tutorial'), 6),
    atLeast("`GET /users/me`, of limit's bare bearer route", times('GET /users/me', 'limit'), 0.5),
    atLeast('`GET /users/me` with an API token, of an access token', ratioOf(bearers.apiToken, bearers.session), 0.8),
    atLeast('The page of 20 notes, of the same list as JSON', ratioOf(notesPage.page, notesPage.json), 0.4),
    atLeast('`GET /users/me` with ES256, of HS256', ratioOf(signing.ES256, signing.HS256), 0.95),
    atMost(
      'Requests that failed under load',
      failed.reduce((sum, cell) => sum + cell.failed, 0),
      0,
      '',
      0,
    ),
    atMost('First and last page of 100,000 notes, apart', Math.max(apart, 1 / apart), 1.3, 'x'),
    atMost('Reads that failed in a login storm', storm.failedReads, 0, '', 0),
    atMost('p99 of reads in a login storm, times idle', storm.stormP99 / storm.idleP99, 5),
    atLeast('Logins in a storm, of bcrypt alone on one thread', storm.loginsPerSecond / storm.bcryptPerSecond, 1.4),
    atLeast(
      'Logins by passkey, times those by password in a storm',
      passkeys.loginsPerSecond / storm.loginsPerSecond,
      20,
    ),
    atMost('Logins by passkey that failed', passkeys.failed, 0, '', 0),
    atMost('Rows written by anonymous requests for passkey options', passkeys.rowsWritten, 0, '', 0),
    judgeParity(parity),
    atMost('Logins of other addresses that failed in a flood', flood.failed, 0, '', 0),
    atMost('Logins of other addresses in a flood, times alone', flood.floodedMs / flood.aloneMs, 2),
    atMost('Start to first answer', startMs / 1000, 1, ' s'),
    ...judgeMemory(retained),
    atMost('Reads that failed beside clients that do not read', hostileReaders.failedReads, 0, '', 0),
    judgeGrowth('Resident memory over idle beside clients that do not read', hostileReaders.growth),
    atMost('Processor time of the costliest password check', passwordCheck.costliestMs, 20, ' ms', 1),
    judgePeak('Highest resident memory of an export of 100,000 notes', bulk.export),
    judgePeak('Highest resident memory of an import of 100,000 users', bulk.import),
  ];
}

/** Allowed growth of the resident memory between the second and the last round: normal variation, not a leak. */
const VARIATION = 1.1;

function judgeMemory(retained: readonly (number | null)[]): Verdict[] {
  const [size, growth] = ['Resident memory after the run, garbage collected', 'The same, last round to second'];
  const [, early = null] = retained;
  const late = retained.at(-1) ?? null;
  if (early !== null && late !== null) {
    return [atMost(size, late, 250, ' MB', 0), atMost(growth, late / early, VARIATION)];
  }
  return [size, growth].map((what) => ({ what, measured: 'unknown', wanted: 'known', met: null }));
}

function judgeParity(parity: Record<string, Parity>): Verdict {
  const telling = Object.values(parity).filter(({ apart }) => apart.length > 0);
  return atMost('Requests whose time tells the state of an account', telling.length, 0, '', 0);
}

function judgePeak(what: string, { peak }: Bulk): Verdict {
  return peak === null ? { what, measured: 'unknown', wanted: 'known', met: null } : atMost(what, peak, 300, ' MB', 0);
}

function judgeGrowth(what: string, growth: number | null): Verdict {
  return growth === null
    ? { what, measured: 'unknown', wanted: 'known', met: null }
    : atMost(what, growth, 150, ' MB', 0);
}
