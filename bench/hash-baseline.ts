// The login rate of one thread: only bcrypt, one after the other, in a separate process.
import { performance } from 'node:perf_hooks';
import { compare, hash } from 'bcrypt';
import { answerTasks } from './task';

/** Hashing options. */
export interface HashTask {
  cost: number;
  seconds: number;
}

/** Comparisons per second. */
export interface HashResult {
  perSecond: number;
}

const PASSWORD = 'the digest of a password, as long as one is: 64 characters of it';

async function measure({ cost, seconds }: HashTask): Promise<HashResult> {
  const stored = await hash(PASSWORD, cost);
  const start = performance.now();
  let compared = 0;
  while (performance.now() - start < seconds * 1000) {
    await compare(PASSWORD, stored);
    compared += 1;
  }
  return { perSecond: compared / ((performance.now() - start) / 1000) };
}

answerTasks((task) => measure(task as HashTask));
