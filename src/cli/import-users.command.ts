import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import type { ImportLine } from '../accounts/imports/import-line-validator.service';
import type { UserImport } from '../accounts/imports/user-import.entity';
import { UserImporter } from '../accounts/imports/user-importer.service';
import { isoTime } from '../platform/kernel/iso-time';
import { changeAccounts } from './application';
import { ImportFile } from './import/import-file';
import { RefusalReport } from './import/refusal-report';
import { Progress } from './shell/progress';
import type { Shell } from './shell/shell';

/** Accounts per transaction. */
const BATCH = 200;

/** Exit codes for signals, as in a shell. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** `users:import`: imports accounts of another system, in bounded memory; can be interrupted and resumed. */
export function importUsers(program: Command, shell: Shell): void {
  program
    .command('users:import')
    .description('imports accounts with their password hashes; resumes an interrupted import when run again')
    .argument('<file>', 'a .csv file with a header, or a .jsonl file; refused lines go to FILE.refused.jsonl')
    .action(async (path: string) => {
      const file = new ImportFile(path);
      await changeAccounts(shell, (app) => run(app, shell, path, file));
    });
}

async function run(app: INestApplicationContext, shell: Shell, path: string, file: ImportFile): Promise<void> {
  const imports = app.get(UserImporter);
  const start = await imports.begin(await file.fingerprint());
  const report = new RefusalReport(`${path}.refused.jsonl`);
  if (start.finishedAt !== null) {
    shell.print(`This file was already imported, finished at ${isoTime(start.finishedAt)}: ${counts(start, report)}`);
    return;
  }
  const began = Date.now();
  const end = await importAll(shell, imports, file, start, report);
  shell.print(`${counts(end, report)} ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  if (shell.exitCode !== 0) shell.print('Interrupted. Run the same command again to resume.');
  else if (end.imported === 0) throw new Error('No account could be imported.');
}

const counts = ({ imported, refused }: UserImport, report: RefusalReport) =>
  `${imported} imported, ${refused} refused${refused > 0 ? ` (see ${report.path})` : ''}.`;

/** Imports the remaining lines until the end of the file or a signal, which sets the exit code. */
async function importAll(
  shell: Shell,
  imports: UserImporter,
  file: ImportFile,
  start: UserImport,
  report: RefusalReport,
): Promise<UserImport> {
  const interrupt = (signal: keyof typeof EXIT_CODES) => (shell.exitCode = EXIT_CODES[signal]);
  shell.environment.once('SIGINT', interrupt);
  shell.environment.once('SIGTERM', interrupt);
  const progress = new Progress(shell, 'Importing', file.size);
  const write = report.write.bind(report);
  let done = start;
  try {
    for await (const batch of batches(file.lines(start.linesDone))) {
      done = await imports.store(done, batch, write);
      progress.update(file.bytesRead, `${done.imported} imported, ${done.refused} refused`);
      if (shell.exitCode !== 0) return done;
    }
  } finally {
    progress.stop();
  }
  await imports.finish(done);
  return done;
}

async function* batches(lines: AsyncIterable<ImportLine>): AsyncGenerator<ImportLine[]> {
  let batch: ImportLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
