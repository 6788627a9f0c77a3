// `npm run bench`: measures the built program and two references. See README.md for details.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBulk } from './bulk';
import { ask, Children } from './children';
import { measureHostileReaders } from './hostile-readers';
import { LoadProcess } from './load-process';
import { LoginFlood } from './login-flood';
import { LoginStorm } from './login-storm';
import { COLLECTABLE, MemoryWatch, retainedMiB } from './memory';
import { measureNoise } from './noise';
import { notesPageContest } from './notes-page';
import { pagingContest } from './paging';
import { ParityContest } from './parity';
import { PasskeyLogins } from './passkey-logins';
import type { CheckResult, CheckTask } from './password-check';
import type { Ground } from './programs';
import { report } from './report';
import { settings } from './settings';
import { signingContest } from './signing-contest';
import { setStage } from './stage';
import { judge, type Measurements } from './targets';
import { bearerContest, Throughput } from './throughput';

/** The run ends even if something hangs: a few minutes for one-time tasks, and twice the duration of the rounds. */
const LONGEST_MS = 300_000 + settings.seconds * 200_000;

/**
 * Every round measures everything, so that neither a busy machine nor the program's age affects a single measurement.
 */
async function measure(children: Children, ground: Ground): Promise<Measurements> {
  console.error('Preparing the three programs and their data');
  const stage = await setStage(children, { ...ground, env: { NODE_OPTIONS: COLLECTABLE } });
  const pid = stage.programs.latchkey.child.pid ?? 0;
  const load = new LoadProcess(children);
  const throughput = new Throughput(stage, load);
  const paging = await pagingContest(stage, load);
  const bearers = bearerContest(stage, load);
  const notesPage = await notesPageContest(stage, load);
  const signing = await signingContest(children, ground, stage, load);
  const passkeys = await PasskeyLogins.prepare(stage, load, ground);
  const parity = await ParityContest.prepare(children, ground, stage);
  const storm = new LoginStorm(stage, children, load);
  const flood = new LoginFlood(stage);
  await throughput.warmUp();
  await paging.warmUp();
  await bearers.warmUp();
  await notesPage.warmUp();
  await signing.warmUp();
  await passkeys.warmUp();
  await parity.warmUp();
  const memory = new MemoryWatch(pid);
  const retained: (number | null)[] = [];
  const noise: number[] = [];
  for (let index = 0; index < settings.rounds; index++) {
    console.error(`Round ${index + 1} of ${settings.rounds}`);
    noise.push(await measureNoise());
    await throughput.round(index);
    await paging.round(index);
    await bearers.round(index);
    await notesPage.round(index);
    await signing.round(index);
    await passkeys.round();
    await parity.round();
    await storm.round();
    await flood.round();
    retained.push(await retainedMiB(pid));
  }
  const finished = memory.finish();
  console.error('Taking 100,000 notes away, bringing 100,000 accounts in');
  const hostileReaders = await measureHostileReaders(children, ground, stage, load);
  const bulk = await measureBulk(children, ground, stage);
  const checks: CheckTask = { texts: 300 };
  const passwordCheck = await ask<CheckResult>(children.fork(join(__dirname, 'password-check.js')), checks, 120_000);
  return {
    routes: throughput.result(),
    paging: { first: paging.cell('first'), last: paging.cell('last') },
    bearers: { session: bearers.cell('session'), apiToken: bearers.cell('apiToken') },
    notesPage: { page: notesPage.cell('page'), json: notesPage.cell('json') },
    signing: { HS256: signing.cell('HS256'), ES256: signing.cell('ES256') },
    passkeys: passkeys.result(),
    parity: parity.result(),
    storm: storm.result(),
    flood: flood.result(),
    startMs: stage.startMs,
    memory: finished,
    retained,
    bulk,
    hostileReaders,
    passwordCheck,
    noise,
  };
}

async function main(): Promise<void> {
  const children = new Children();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  // Cleans up after any exit of this process, including by a signal.
  process.on('exit', () => {
    children.killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  setTimeout(() => {
    console.error('The benchmark takes too long and was ended.');
    process.exit(1);
  }, LONGEST_MS).unref();

  const measurements = await measure(children, { folder, secret: randomBytes(48).toString('base64url') });
  const verdicts = judge(measurements);
  report(measurements, verdicts);
  const missed = verdicts.filter(({ met }) => met === false);
  for (const { what, measured, wanted } of missed) console.error(`Missed: ${what} is ${measured}, wanted ${wanted}`);
  process.exit(missed.length === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
