// Processor time of the costliest password check: hostile texts, each measured several times, in a separate process.
import fc from 'fast-check';
import { PasswordStrength } from '../src/auth/passwords/strength/password-strength';
import { answerTasks } from './task';

/** Options: the number of random texts, besides those found to be costly. */
export interface CheckTask {
  texts: number;
}

/** Processor time in milliseconds. */
export interface CheckResult {
  /** Of the costliest text, the minimum of its runs, because other processes can slow down a run. */
  costliestMs: number;
  /** Of a passphrase of four words. */
  passphraseMs: number;
}

const RUNS = 10;

/** An owner with many words, each of which costs time. */
const OWNER = { username: 'alice.w-1_bob.carol-dave.erin', email: 'wonder.land-alice+tag@rabbit-hole.sub.example' };

/** The costliest texts found. */
const KNOWN = [
  '3141592653589793238462643383279502884197169399375105820974944592'.repeat(4),
  `p@ssw0rdl1verp00lm0nk3y!dr4g0nm4${'1'.repeat(192)}st3r$unsh1n3f00tb4ll1loveyou1234`,
  '1.1.91/2/3/92 11-11-1991_2_2_2002 '.repeat(7),
  'thecatsatonthematandanotherofthetheinonatisitwasforwithhisheras'.repeat(4),
  '\ufdfa'.repeat(256),
];

const part = fc.oneof(
  fc.constantFrom('p@55w0rd', 'dr4g0n', 'm0nk3y', '1loveyou', 'thethe', 'qwerty', '1.1.91', '2026', '4@', '1!', '||'),
  fc.string({ unit: fc.constantFrom('a', 'b', '1', '4', '_'), maxLength: 20 }),
  fc.string({ unit: 'binary' }),
);
const hostile = fc.array(part, { maxLength: 60 }).map((parts) => parts.join('').slice(0, 256));

function leastOf(strength: PasswordStrength, password: string): number {
  let least = Infinity;
  for (let run = 0; run < RUNS; run += 1) {
    const start = process.cpuUsage();
    strength.weaknessOf(password, OWNER);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

async function measure({ texts }: CheckTask): Promise<CheckResult> {
  const strength = await PasswordStrength.load();
  const costs = [...KNOWN, ...fc.sample(hostile, texts)].map((text) => leastOf(strength, text));
  return { costliestMs: Math.max(...costs), passphraseMs: leastOf(strength, 'correct horse battery staple') };
}

answerTasks((task) => measure(task as CheckTask));
