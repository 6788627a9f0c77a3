import { Global, Module } from '@nestjs/common';
import { HOUR_MS } from '../jobs/job';
import { Scheduler } from '../jobs/scheduler.service';
import { LinkBase } from './link-base';
import { MailTemplates } from './mail-templates.service';
import { MailTransport } from './mail-transport.service';
import { OUTBOX_JOB, OutboxWorker, POLL_MS } from './outbox-worker.service';
import { Outbox } from './outbox.service';

/** Telling people: an outbox that is emptied by SMTP, or into files. */
@Global()
@Module({
  providers: [LinkBase, MailTemplates, MailTransport, Outbox, OutboxWorker],
  exports: [LinkBase, MailTemplates, Outbox],
})
export class MailModule {
  constructor(scheduler: Scheduler, outbox: Outbox, worker: OutboxWorker) {
    scheduler.register({ name: OUTBOX_JOB, everyMs: POLL_MS, run: (stopping) => worker.sendDue(stopping) });
    scheduler.register({ name: 'purge-given-up-messages', everyMs: HOUR_MS, run: () => outbox.purge() });
  }
}
