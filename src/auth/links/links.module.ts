import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { mailsIn } from '../../platform/mail/mail-templates.service';
import { UsersModule } from '../../users/users.module';
import { LinkMessages } from './link-messages.service';
import { LinkPurposes } from './link-purposes.service';
import { OneTimeTokenCodec } from './one-time-token.codec';
import { OneTimeToken } from './one-time-token.entity';
import { OneTimeTokens } from './one-time-tokens.service';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_one_time_token: true;
  }
}

/** Single-use links, and the messages that contain them. */
@Feature({
  name: 'links',
  linkPurposes: {
    'verify-email': { lifetimeMs: DAY_MS, page: 'verify-email', revokedWithMail: 'email-verification' },
    'change-email': { lifetimeMs: DAY_MS, page: 'verify-email', revokedWithMail: 'email-change' },
    'undo-email-change': { lifetimeMs: 7 * DAY_MS, page: 'undo-email-change' },
    'reset-password': { lifetimeMs: 30 * MINUTE_MS, page: 'reset-password', revokedWithMail: 'password-reset' },
    // Not revocable: an attacker who knows the account's password must not be able to revoke the owner's link.
    'recover-account': { lifetimeMs: 7 * DAY_MS, page: 'reset-password' },
  },
  mails: mailsIn(join(__dirname, 'templates'), {
    'email-verification': using(LinkMessages, (messages, message) => messages.prepareVerification(message)),
    'email-change': using(LinkMessages, (messages, message) => messages.prepareChange(message)),
    'email-changed': using(LinkMessages, (messages, message) => messages.prepareUndo(message)),
    'email-removed': using(LinkMessages, (_, { parameters }) => Promise.resolve({ values: parameters })),
    'email-change-undone': using(LinkMessages, (messages, message) => messages.prepareUndone(message)),
    'password-reset': using(LinkMessages, (messages, message) => messages.prepareReset(message)),
    'account-exists': null,
  }),
  problems: { invalid_one_time_token: { status: 400, title: 'The link is not valid' } },
  entities: [OneTimeToken],
  jobs: { 'purge-links': { everyMs: HOUR_MS, run: using(OneTimeTokens, (tokens) => tokens.purge()) } },
})
@Module({
  imports: [UsersModule],
  providers: [LinkPurposes, OneTimeTokenCodec, OneTimeTokens, LinkMessages],
  exports: [LinkPurposes, OneTimeTokens, LinkMessages],
})
export class LinksModule {}
