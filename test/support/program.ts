import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type Authenticated, Client, PASSWORD } from './client';

const MAIN = join(__dirname, '../../dist/main.js');
const SERVES = 'Latchkey serves ';

/** One line of the program's log. */
export interface LogLine {
  level: string;
  time: string;
  msg: string;
  requestId?: string;
  method?: string;
  route?: string;
  status?: number;
  durationMs?: number;
  code?: string;
  userId?: string;
  /** Clients that were disconnected because they read too slowly. */
  connections?: number;
}

/** The user and group that a program runs as, when they are not one's own. */
export interface Identity {
  uid?: number;
  gid?: number;
}

/** How a program ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that would not start, and what it said. */
export interface Refusal extends Pick<Program, 'stdout' | 'stderr'> {
  code: number | null;
}

/** The built program (`npm test` builds it first) as a process of its own, on a free port of 127.0.0.1. */
export class Program {
  private static readonly running = new Set<Program>();

  /** Standard output so far, line by line. */
  readonly stdout: string[] = [];
  /** Standard error so far. */
  stderr = '';
  /** Resolves when the process is gone and its output is read to the end. */
  readonly ended: Promise<Exit>;
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private address = '';

  private constructor(env: Record<string, string>, identity: Identity) {
    const child = launch(env, identity);
    this.child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.lines = createInterface({ input: child.stdout });
    this.lines.on('line', (line) => this.stdout.push(line));
    Program.running.add(this);
    this.ended = Promise.all([once(child, 'close'), once(this.lines, 'close')]).then(() => {
      Program.running.delete(this);
      return { code: child.exitCode, signal: child.signalCode };
    });
  }

  /** Starts the program and waits until it serves. @throws what it wrote to standard error when it ends instead */
  static async start(env: Record<string, string>, identity: Identity = {}): Promise<Program> {
    const program = new Program(env, identity);
    program.address = await program.serves();
    return program;
  }

  /** Starts a program that is expected to end by itself, and waits for that. */
  static async refuse(env: Record<string, string>, identity: Identity = {}): Promise<Refusal> {
    const program = new Program(env, identity);
    const { code } = await program.ended;
    return { code, stdout: program.stdout, stderr: program.stderr };
  }

  /** Ends every program that still runs, at once: `afterEach(Program.killAll)`. */
  static async killAll(): Promise<void> {
    await Promise.all([...Program.running].map((program) => program.kill9()));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    return this.address;
  }

  /** A client without an account. */
  get anonymous(): Client {
    return new Client(this.url);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What was logged so far. @throws when a line of standard output is not JSON */
  get log(): LogLine[] {
    return this.stdout.map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves with the first line of the log that is like this, already there or to come. */
  logged(isLike: (line: LogLine) => boolean): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.log.find(isLike);
        if (found) resolve(found);
      };
      this.lines.on('line', look);
      this.ended.then(() => reject(new Error('The program ended without logging it')), reject);
      look();
    });
  }

  /** Registers a new account. */
  async register(name: string): Promise<Authenticated> {
    const account = { username: name, email: `${name}@example.com`, password: PASSWORD };
    const { status, body, text } = await this.anonymous.post<Authenticated>('/auth/register', account);
    if (status !== 201) throw new Error(`register answered ${status}: ${text}`);
    return body;
  }

  /** Calls the program as the owner of a session, which may have begun before a restart. */
  as(session: Pick<Authenticated, 'accessToken'>): Client {
    return new Client(this.url, session.accessToken);
  }

  /** Sends a signal without waiting. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks the program to end. @returns its exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.signal(signal);
    return (await this.ended).code;
  }

  /** Ends the process without a chance to clean up, as a crash or the kernel would. */
  async kill9(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  private serves(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.lines.on('line', (line) => {
        if (line.includes(SERVES)) resolve((JSON.parse(line) as LogLine).msg.slice(SERVES.length));
      });
      this.ended.then(
        ({ code, signal }) => reject(new Error(`The program ended with ${code ?? signal ?? ''}: ${this.stderr}`)),
        reject,
      );
    });
  }
}

/** Nothing of the tests' own environment reaches the program, nor does a `.env` file of the checkout. */
function launch(env: Record<string, string>, identity: Identity) {
  const variables = {
    PATH: process.env['PATH'],
    NODE_ENV: 'test',
    PASSWORD_HASH_COST: '4',
    RATE_LIMITS: 'off',
    PORT: '0',
    ...env,
  };
  return spawn(process.execPath, [MAIN], {
    ...identity,
    cwd: tmpdir(),
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
