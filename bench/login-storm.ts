import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ask, type Children } from './children';
import type { HashResult, HashTask } from './hash-baseline';
import { get, LoadProcess, post } from './load-process';
import { settings } from './settings';
import { logIn, PASSWORD, type Stage } from './stage';
import { median, quantile } from './statistics';

/** The effect of a login storm on concurrent reads, and its login rate. */
export interface StormResult {
  /** 99th percentile of a read's latency in milliseconds, over all rounds: without and during the storm. */
  idleP99: number;
  stormP99: number;
  /** Reads with and without a storm, and the number of failures. */
  reads: number;
  failedReads: number;
  failedLogins: number;
  /** Medians over the rounds: logins per second, and the rate of only bcrypt on one thread of this machine. */
  loginsPerSecond: number;
  bcryptPerSecond: number;
}

/** Alternates only bcrypt, only reads, and reads during a login storm. */
export class LoginStorm {
  private readonly baseline: ChildProcess;
  private readonly storm: LoadProcess;
  private readonly seconds = settings.seconds * settings.stormLength;
  private readonly bcryptAlone: number[] = [];
  private readonly logins: number[] = [];
  private readonly idle: number[] = [];
  private readonly stormy: number[] = [];
  private failedReads = 0;
  private failedLogins = 0;

  constructor(
    private readonly stage: Stage,
    children: Children,
    private readonly load: LoadProcess,
  ) {
    this.baseline = children.fork(join(__dirname, 'hash-baseline.js'));
    this.storm = new LoadProcess(children);
  }

  async round(): Promise<void> {
    this.bcryptAlone.push(await this.hashAlone());
    const calm = await this.read();
    const [rough, storm] = await Promise.all([this.read(), this.rage()]);
    // Answered only after the queued logins are done.
    await logIn(this.stage.programs.latchkey, this.stage.people.others[0] ?? '');
    this.idle.push(...calm.latencies);
    this.stormy.push(...rough.latencies);
    this.logins.push(storm.perSecond);
    this.failedReads += calm.failed + rough.failed;
    this.failedLogins += storm.failed;
  }

  result(): StormResult {
    return {
      idleP99: quantile(this.idle, 0.99),
      stormP99: quantile(this.stormy, 0.99),
      reads: this.idle.length + this.stormy.length + this.failedReads,
      failedReads: this.failedReads,
      failedLogins: this.failedLogins,
      loginsPerSecond: median(this.logins),
      bcryptPerSecond: median(this.bcryptAlone),
    };
  }

  private async hashAlone(): Promise<number> {
    const task: HashTask = { cost: settings.hashCost, seconds: this.seconds };
    return (await ask<HashResult>(this.baseline, task, this.seconds * 1000 + 60_000)).perSecond;
  }

  private read() {
    const { programs, tokens } = this.stage;
    const shot = get(`${programs.latchkey.api}/notes`, tokens.latchkey.reader);
    return this.load.run({ kind: 'pace', shot, perSecond: settings.readsPerSecond, seconds: this.seconds });
  }

  private rage() {
    const connections = settings.stormClients;
    const names = this.stage.people.others.slice(0, connections);
    const bodies = names.map((username) => ({ username, password: PASSWORD }));
    const shot = post(`${this.stage.programs.latchkey.api}/auth/login`, bodies);
    return this.storm.run({ kind: 'saturate', shot, connections, seconds: this.seconds });
  }
}
