import { Global, Module } from '@nestjs/common';
import { LinkBase } from './link-base';
import { MailTemplates } from './mail-templates.service';
import { MailTransport } from './mail-transport.service';
import { OutboxWorker } from './outbox-worker.service';
import { Outbox } from './outbox.service';

/** Telling people: an outbox that is emptied by SMTP, or into files. */
@Global()
@Module({
  providers: [LinkBase, MailTemplates, MailTransport, Outbox, OutboxWorker],
  exports: [LinkBase, MailTemplates, Outbox, OutboxWorker],
})
export class MailModule {}
