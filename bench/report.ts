import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem, type as system } from 'node:os';
import { join } from 'node:path';
import { TOO_NOISY } from './noise';
import type { Parity } from './parity';
import { ROOT, settings } from './settings';
import { ratioOf } from './statistics';
import type { Measurements, Verdict } from './targets';
import type { RouteResult } from './throughput';

const README = join(ROOT, 'bench/README.md');
const RESULTS = join(ROOT, 'bench/results.json');
const [BEGIN, END] = ['<!-- results: begin -->', '<!-- results: end -->'];

/** The machine and time of a run. */
const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: system(),
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
});

/** Prints a run, writes it as JSON, and updates the tables in the README. */
export function report(measurements: Measurements, verdicts: readonly Verdict[]): void {
  const place = machine();
  const text = [
    `${place.cpu}, ${place.cores} cores, ${place.memoryGiB} GiB, ${place.system}, Node ${place.node}, ${place.date}; ` +
      `medians of ${settings.rounds * settings.turns} turns of ${settings.seconds / settings.turns} s.`,
    speeds(measurements.routes),
    table(
      ['Target', 'Measured', 'Wanted', 'Verdict'],
      verdicts.map(({ what, measured, wanted, met }) => [what, measured, wanted, word(met)]),
    ),
    details(measurements),
  ].join('\n\n');
  console.log(text);
  writeFileSync(RESULTS, `${JSON.stringify({ machine: place, settings, ...measurements, verdicts }, null, 2)}\n`);
  const readme = readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`The README has no ${BEGIN} and ${END}`);
  writeFileSync(README, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}

const word = (met: boolean | null) => (met === null ? 'unknown' : met ? 'pass' : 'miss');

const whole = (value: number) => Math.round(value).toLocaleString('en');

function speeds(routes: readonly RouteResult[]): string {
  const rows = routes.map(({ route, cells: { latchkey, limit, tutorial } }) => [
    `\`${route}\``,
    whole(latchkey.perSecond),
    whole(limit.perSecond),
    whole(tutorial.perSecond),
    ratioOf(latchkey, limit).toFixed(2),
    ratioOf(latchkey, tutorial).toFixed(1),
    latchkey.p99.toFixed(0),
  ]);
  return table(
    ['Requests a second', 'Latchkey', 'limit', 'tutorial', 'of limit', 'times tutorial', 'p99, ms'],
    rows,
    'right',
  );
}

function details({
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
  memory,
  retained,
  noise,
}: Measurements): string {
  const lines = [
    `- \`GET /users/me\` with an API token: ${whole(bearers.apiToken.perSecond)}/s; ` +
      `with an access token, in the same rounds: ${whole(bearers.session.perSecond)}/s.`,
    `- The page of 20 notes: ${whole(notesPage.page.perSecond)}/s; the same list as JSON: ${whole(notesPage.json.perSecond)}/s.`,
    `- \`GET /users/me\` with ES256: ${whole(signing.ES256.perSecond)}/s; with HS256: ${whole(signing.HS256.perSecond)}/s.`,
    `- Logins by passkey: ${whole(passkeys.loginsPerSecond)}/s, ${whole(passkeys.failed)} of ${whole(passkeys.logins + passkeys.failed)} failed; ` +
      `${whole(passkeys.options)} anonymous requests for options wrote ${whole(passkeys.rowsWritten)} rows.`,
    `- Requests about accounts in different states, in ms: ${Object.entries(parity)
      .map(([question, each]) => `${question} ${timesOf(each)}`)
      .join('; ')}.`,
    `- 100,000 notes were exported in ${bulk.export.seconds.toFixed(0)} s, ` +
      `100,000 users imported in ${bulk.import.seconds.toFixed(0)} s.`,
    `- Page 1 of 100,000 notes: ${whole(paging.first.perSecond)}/s; the last page: ${whole(paging.last.perSecond)}/s.`,
    `- Login storm: ${storm.loginsPerSecond.toFixed(1)} logins/s, bcrypt alone on one thread ${storm.bcryptPerSecond.toFixed(1)}/s; ` +
      `reads p99 ${storm.stormP99.toFixed(1)} ms, idle ${storm.idleP99.toFixed(1)} ms; ` +
      `${whole(storm.failedReads)} of ${whole(storm.reads)} reads and ${whole(storm.failedLogins)} logins failed.`,
    `- Flood from one address: logins of others took ${whole(flood.floodedMs)} ms, alone ${whole(flood.aloneMs)} ms; ` +
      `${whole(flood.failed)} of ${whole(flood.logins)} failed.`,
    `- Beside 60 clients that do not read: another account's reads p99 ${hostileReaders.attackedP99.toFixed(1)} ms, ` +
      `idle ${hostileReaders.idleP99.toFixed(1)} ms; ${whole(hostileReaders.failedReads)} of ${whole(hostileReaders.reads)} failed.`,
    `- Checking a passphrase of four words takes ${passwordCheck.passphraseMs.toFixed(1)} ms of a core.`,
  ];
  if (memory) {
    lines.push(
      `- Resident memory: ${retained.map((each) => whole(each ?? NaN)).join(', ')} MB after each round and a collection of ` +
        `garbage; with garbage ${whole(memory.peak)} MB at its highest.`,
    );
  }
  const loudest = Math.max(...noise);
  lines.push(
    `- Other programs kept up to ${(100 * loudest).toFixed(0)}% of the processors busy` +
      (loudest > TOO_NOISY ? ': too much for these numbers to say much.' : '.'),
  );
  return lines.join('\n');
}

const timesOf = ({ medians, apart }: Parity) =>
  [...Object.entries(medians).map(([state, median]) => `${median.toFixed(1)} (${state})`), ...apart].join(', ');

/** A Markdown table with padded columns, readable in a terminal. */
function table(head: readonly string[], rows: readonly string[][], align: 'left' | 'right' = 'left'): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const isRight = (column: number) => align === 'right' && column > 0;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => pad(cell, widths[column] ?? 0, isRight(column))).join(' | ')} |`;
  const rule = widths.map((width, column) => (isRight(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const pad = (text: string, width: number, right: boolean) => (right ? text.padStart(width) : text.padEnd(width));
