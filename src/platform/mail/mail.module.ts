import { Global, Module } from '@nestjs/common';
import { Feature } from '../features/feature.decorator';
import { using } from '../features/provider-call';
import { HOUR_MS } from '../jobs/job';
import { LinkBase } from './link-base.service';
import { MailTemplates } from './mail-templates.service';
import { MailTransport } from './mail-transport.service';
import { Mail1763692000000 } from './migrations/1763692000000-mail';
import { OutboxMessage } from './outbox-message.entity';
import { OUTBOX_JOB, OutboxWorker, POLL_MS } from './outbox-worker.service';
import { Outbox } from './outbox.service';

/** Mail: an outbox whose messages are sent by SMTP or written to files. */
@Feature({
  name: 'mail',
  entities: [OutboxMessage],
  migrations: [Mail1763692000000],
  jobs: {
    [OUTBOX_JOB]: { everyMs: POLL_MS, run: using(OutboxWorker, (worker, stopping) => worker.sendDue(stopping)) },
    'purge-given-up-messages': { everyMs: HOUR_MS, run: using(Outbox, (outbox) => outbox.purge()) },
  },
})
@Global()
@Module({
  providers: [LinkBase, MailTemplates, MailTransport, Outbox, OutboxWorker],
  exports: [LinkBase, MailTemplates, Outbox],
})
export class MailModule {}
