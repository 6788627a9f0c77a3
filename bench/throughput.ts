import type { LoadResult, Shot } from './load';
import { get, type LoadProcess, post } from './load-process';
import type { ProgramName } from './programs';
import { contentOf } from './seed';
import { settings } from './settings';
import type { Stage } from './stage';
import { median } from './statistics';

/** One URL under load. */
export interface Cell {
  /** Median over the turns of its 2xx responses per second. */
  perSecond: number;
  /** Median over the turns of the 99th percentile of the latency, in milliseconds. */
  p99: number;
  /** Responses other than 2xx, and broken connections, over all turns. */
  failed: number;
  /** Share of a core that the load generator used; near 1, the generator is the bottleneck. */
  loadCpu: number;
  /** Responses per second of each turn. */
  turns: number[];
}

/** The three programs under the load of one route. */
export interface RouteResult {
  route: string;
  cells: Record<ProgramName, Cell>;
}

/** URLs that are loaded in turn, round after round. */
export class Contest<Name extends string> {
  private readonly results = new Map<Name, LoadResult[]>();

  constructor(
    private readonly load: LoadProcess,
    private readonly shots: readonly (readonly [Name, Shot])[],
  ) {}

  /** Warm-up load, after which everything is compiled and cached. */
  async warmUp(): Promise<void> {
    for (const [, shot] of this.shots) await this.fire(shot, settings.warmUpSeconds);
  }

  /** Every second turn is in reverse order, so that no program always follows the same one. */
  async round(index: number): Promise<void> {
    for (let turn = 0; turn < settings.turns; turn += 1) {
      for (const [name, shot] of (index + turn) % 2 === 0 ? this.shots : this.shots.toReversed()) {
        const results = this.results.get(name) ?? [];
        results.push(await this.fire(shot, settings.seconds / settings.turns));
        this.results.set(name, results);
      }
    }
  }

  /** The results of one of them, over all turns. */
  cell(name: Name): Cell {
    const turns = this.results.get(name) ?? [];
    return {
      perSecond: median(turns.map((turn) => turn.perSecond)),
      p99: median(turns.map((turn) => turn.p99)),
      failed: turns.reduce((sum, turn) => sum + turn.failed, 0),
      loadCpu: median(turns.map((turn) => turn.loadCpu)),
      turns: turns.map((turn) => turn.perSecond),
    };
  }

  private fire(shot: Shot, seconds: number): Promise<LoadResult> {
    return this.load.run({ kind: 'saturate', shot, connections: settings.connections, seconds });
  }
}

const NAMES: readonly ProgramName[] = ['latchkey', 'limit', 'tutorial'];

/** The compared routes, and their requests. */
const routes: Record<string, (stage: Stage, name: ProgramName) => Shot> = {
  'GET /notes': ({ programs, tokens }, name) => get(`${programs[name].api}/notes`, tokens[name].reader),
  'GET /notes/:id': ({ programs, tokens, people }, name) =>
    get(`${programs[name].api}/notes/${people.noteId}`, tokens[name].reader),
  'GET /users/me': ({ programs, tokens }, name) => get(`${programs[name].api}/users/me`, tokens[name].reader),
  'POST /notes': ({ programs, tokens }, name) =>
    post(`${programs[name].api}/notes`, [{ title: 'A note', content: contentOf(0) }], tokens[name].writer),
};

/** The three programs against each other, one contest for each route. */
export class Throughput {
  private readonly contests: { route: string; contest: Contest<ProgramName> }[];

  constructor(stage: Stage, load: LoadProcess) {
    this.contests = Object.entries(routes).map(([route, shot]) => ({
      route,
      contest: new Contest(
        load,
        NAMES.map((name) => [name, shot(stage, name)] as const),
      ),
    }));
  }

  async warmUp(): Promise<void> {
    for (const { contest } of this.contests) await contest.warmUp();
  }

  async round(index: number): Promise<void> {
    for (const { contest } of this.contests) await contest.round(index);
  }

  result(): RouteResult[] {
    return this.contests.map(({ route, contest }) => ({
      route,
      cells: { latchkey: contest.cell('latchkey'), limit: contest.cell('limit'), tutorial: contest.cell('tutorial') },
    }));
  }
}

/** One route, requested with the access token of a session and with an API token. */
export function bearerContest({ programs, tokens, apiToken }: Stage, load: LoadProcess) {
  const address = `${programs.latchkey.api}/users/me`;
  return new Contest(load, [
    ['session', get(address, tokens.latchkey.reader)],
    ['apiToken', get(address, apiToken)],
  ] as const);
}
