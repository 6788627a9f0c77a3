import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { mailsIn } from '../../platform/mail/mail-templates.service';
import { UsersModule } from '../../users/users.module';
import { NoticesModule } from '../notices/notices.module';
import { EXTERNAL_MAIL, EXTERNAL_SIGN_IN } from '../rate-limits/policies';
import { SessionsModule } from '../sessions/sessions.module';
import { SignInModule } from '../sign-in/sign-in.module';
import { ExternalAccounts } from './external-accounts.service';
import { ExternalCallback } from './external-callback.service';
import { ExternalCompletion } from './external-completion.service';
import { ExternalCors } from './external-cors.service';
import { ExternalEmail } from './external-email.service';
import { ExternalLinking } from './external-linking.service';
import { ExternalSignInController } from './external-sign-in.controller';
import { ExternalStart } from './external-start.service';
import { ExternalController } from './external.controller';
import { ExternalFlowModule } from './flow/external-flow.module';
import { ExternalIdentitiesModule } from './identities/external-identities.module';
import { ExternalProvidersModule } from './providers/external-providers.module';
import { ExternalStepUpModule } from './step-up/external-step-up.module';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    identity_taken: true;
    invalid_external_code: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'external.refused': { provider: string; reason: string };
  }
}

/** Sign-in with the accounts of other providers. */
@Feature({
  name: 'external',
  access: {
    'GET /auth/external': 'public',
    'POST /auth/external/:provider/start': 'public',
    'GET /auth/external/:provider/callback': 'public',
    'POST /auth/external/token': 'public',
    'POST /auth/external/link': 'authenticated, step-up',
    'POST /auth/external/email': 'public',
    'POST /auth/external/email/verify': 'public',
  },
  // A preset without metadata: nothing is asked of it.
  knownRows: { '/auth/external/{provider}': () => 'github' },
  problems: {
    identity_taken: { status: 409, title: 'The identity is linked to an account' },
    invalid_external_code: { status: 401, title: 'The code is not valid' },
  },
  auditEvents: ['external.refused'],
  rateLimits: [EXTERNAL_SIGN_IN, EXTERNAL_MAIL],
  mails: mailsIn(join(__dirname, 'templates'), {
    'external-email-code': using(ExternalEmail, (emails, message) => emails.prepare(message)),
  }),
  http: using(ExternalCors, (cors, fastify) => cors.addTo(fastify)),
})
@Module({
  imports: [
    UsersModule,
    NoticesModule,
    SessionsModule,
    SignInModule,
    ExternalFlowModule,
    ExternalIdentitiesModule,
    ExternalProvidersModule,
    ExternalStepUpModule,
  ],
  controllers: [ExternalController, ExternalSignInController],
  providers: [
    ExternalAccounts,
    ExternalCallback,
    ExternalCompletion,
    ExternalCors,
    ExternalEmail,
    ExternalLinking,
    ExternalStart,
  ],
  exports: [
    ExternalCompletion,
    ExternalEmail,
    ExternalLinking,
    ExternalStart,
    ...[ExternalFlowModule, ExternalIdentitiesModule, ExternalProvidersModule, ExternalStepUpModule],
  ],
})
export class ExternalModule {}
