import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { mailsIn } from '../../platform/mail/mail-templates.service';
import type { OutboxMessage } from '../../platform/mail/outbox-message.entity';
import { SecurityNotices } from './security-notices.service';

const prepare = using(SecurityNotices, (notices, message: OutboxMessage) => notices.prepare(message));

/** Security notices to owners of accounts. */
@Feature({
  name: 'notices',
  mails: mailsIn(join(__dirname, 'templates'), {
    'new-device': prepare,
    'password-changed': prepare,
    'api-token-created': prepare,
    'account-deleted': prepare,
    'second-factor-refused': prepare,
    'second-factor-added': prepare,
    'second-factor-removed': prepare,
    'second-factor-reset': prepare,
    'recovery-codes-made': prepare,
    'recovery-code-used': prepare,
    'passkey-added': prepare,
    'passkey-removed': prepare,
    'passkey-cloned': prepare,
    'identity-linked': prepare,
    'identity-unlinked': prepare,
    'notices-paused': prepare,
  }),
})
@Module({ providers: [SecurityNotices], exports: [SecurityNotices] })
export class NoticesModule {}
