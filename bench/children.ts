import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for a program to exit, in milliseconds. */
const PATIENCE_MS = 10_000;

/** The environment of every child: enough to run, nothing that configures the programs. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];

const inherited = () => Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));

/** All started processes, so that none of them outlives the run. */
export class Children {
  private readonly running = new Set<ChildProcess>();

  /** Starts a script in a folder; its output is discarded, its errors are shown. */
  spawn(script: string, args: readonly string[], folder: string, env: Record<string, string>): ChildProcess {
    return this.watch(
      spawn(process.execPath, [script, ...args], {
        cwd: folder,
        env: { ...inherited(), ...env },
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    );
  }

  /** Starts a script that exchanges messages with this process. */
  fork(script: string): ChildProcess {
    return this.watch(fork(script, { env: inherited(), execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  /** Terminates a process and waits for its exit. */
  async stop(child: ChildProcess): Promise<void> {
    if (hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (!hasEnded(child)) child.kill('SIGKILL');
    await ended;
  }

  /** Kills all running processes; safe in an exit handler. */
  killAll(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }

  private watch(child: ChildProcess): ChildProcess {
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}

/** Whether a process has exited. */
export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Sends one message to a forked process and waits for its answer. @throws when it exits or takes too long */
export async function ask<T>(child: ChildProcess, question: object, patienceMs: number): Promise<T> {
  const timeout = AbortSignal.timeout(patienceMs);
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error(`A child of the benchmark ended with ${child.exitCode ?? 'a signal'}`));
  child.once('exit', onExit);
  try {
    const answer = once(child, 'message', { signal: AbortSignal.any([timeout, ended.signal]) });
    child.send(question);
    const [message] = (await answer) as [T];
    return message;
  } finally {
    child.off('exit', onExit);
  }
}
