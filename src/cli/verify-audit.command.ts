import type { INestApplicationContext } from '@nestjs/common';
import { type Command, InvalidArgumentError } from 'commander';
import { AuditVerifier, type KnownEvent } from '../platform/audit/audit-verifier.service';
import { withApplication } from './application';
import { Progress } from './shell/progress';
import type { Shell } from './shell/shell';

interface Options {
  expect?: KnownEvent;
}

/** `audit:verify`: verifies that nothing in the audit chain was altered, removed, added or moved. */
export function verifyAudit(program: Command, shell: Shell): void {
  program
    .command('audit:verify')
    .description('verifies that no audit event was altered or removed, and prints the newest as SEQUENCE:HASH')
    .option('--expect <sequence:hash>', 'output of an earlier run; also detects a return to an older state', known)
    .action(({ expect }: Options) => withApplication(shell, (app) => verify(app, shell, expect)));
}

function known(text: string): KnownEvent {
  const [, sequence = '', hash = ''] = /^([1-9]\d{0,15}):([\w-]{43})$/.exec(text) ?? [];
  if (hash === '') throw new InvalidArgumentError('It must be SEQUENCE:HASH, as an earlier run printed it.');
  return { sequence: Number(sequence), hash };
}

async function verify(app: INestApplicationContext, shell: Shell, expect: KnownEvent | undefined): Promise<void> {
  const verifier = app.get(AuditVerifier);
  let progress: Progress | undefined;
  const { events, erased, head, fault } = await verifier.verify((done, total) => {
    progress ??= new Progress(shell, 'Verifying', total);
    progress.update(done);
  });
  progress?.stop();
  const wrong = fault ?? (expect ? await verifier.faultOfKnown(expect) : null);
  if (wrong !== null) throw new Error(`The audit chain is not intact: ${wrong}.`);
  shell.print(`The audit chain is intact: ${events} events, ${erased} of them with an erased origin.`);
  if (events > 0) shell.print(`Newest event: ${events}:${head}`);
}
