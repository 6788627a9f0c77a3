import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { mailsIn } from '../../platform/mail/mail-templates.service';
import type { User } from '../../users/user.entity';
import { UsersModule } from '../../users/users.module';
import { knownLink } from '../links/known-link';
import { LinksModule } from '../links/links.module';
import { EMAIL_LOGIN, VERIFY_EMAIL_LOGIN } from '../rate-limits/policies';
import { SignInModule } from '../sign-in/sign-in.module';
import { EmailChallengeCodec } from './email-challenge.codec';
import { EmailChallenge } from './email-challenge.entity';
import { EmailChallenges } from './email-challenges.service';
import { EmailSignInMail } from './email-sign-in-mail.service';
import { EmailSignInMethod } from './email-sign-in-method.service';
import { EmailSignInRequests } from './email-sign-in-request.service';
import { EmailSignInController } from './email-sign-in.controller';
import { EmailSignIn } from './email-sign-in.service';
import { EmailChallenges1763750000000 } from './migrations/1763750000000-email-challenges';

declare module '../links/one-time-token.entity' {
  interface OneTimePurposes {
    'sign-in': true;
  }
}

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_email_code: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'email-sign-in.requested': NoDetails;
  }
}

/** Lifetime of a code and its link, from the moment when they are sent (ASVS 6.5.5). */
const LIFETIME_MS = 600_000;

/** Sign-in by a code or link in a mail, where `EMAIL_SIGN_IN` is on. */
@Feature({
  name: 'email-sign-in',
  linkPurposes: { 'sign-in': { lifetimeMs: LIFETIME_MS, page: 'login/email', revokedWithMail: 'email-sign-in' } },
  mails: mailsIn(join(__dirname, 'templates'), {
    'email-sign-in': using(EmailSignInMail, (mail, message) => mail.prepare(message)),
  }),
  knownBodies: { 'POST /auth/email-login/verify': knownLink('sign-in') },
  access: {
    'POST /auth/email-login': 'public',
    'POST /auth/email-login/verify': 'public',
  },
  problems: { invalid_email_code: { status: 401, title: 'The code or link is not valid' } },
  auditEvents: ['email-sign-in.requested'],
  rateLimits: [EMAIL_LOGIN, VERIFY_EMAIL_LOGIN],
  entities: [EmailChallenge],
  migrations: [EmailChallenges1763750000000],
  onDeletion: using(EmailChallenges, (challenges, tx: Transaction, { id }: User) => challenges.remove(tx, id)),
  jobs: {
    'purge-email-challenges': { everyMs: HOUR_MS, run: using(EmailChallenges, (challenges) => challenges.purge()) },
  },
})
@Module({
  imports: [UsersModule, LinksModule, SignInModule],
  controllers: [EmailSignInController],
  providers: [
    EmailChallengeCodec,
    EmailChallenges,
    EmailSignIn,
    EmailSignInMail,
    EmailSignInMethod,
    EmailSignInRequests,
  ],
  exports: [EmailSignIn, EmailSignInRequests],
})
export class EmailSignInModule {}
