import { Module } from '@nestjs/common';
import { ExternalIdentitiesModule } from '../../auth/external/identities/external-identities.module';
import { knownLink } from '../../auth/links/known-link';
import { LinksModule } from '../../auth/links/links.module';
import { ProofsModule } from '../../auth/proofs/proofs.module';
import { CHANGE_EMAIL, RESEND } from '../../auth/rate-limits/policies';
import { RevocationModule } from '../../auth/revocation/revocation.module';
import { Feature } from '../../platform/features/feature.decorator';
import { newId } from '../../platform/kernel/ids';
import { UsersModule } from '../../users/users.module';
import { EmailRequestsService } from './email-requests.service';
import { EmailUndoService } from './email-undo.service';
import { EmailVerificationService } from './email-verification.service';
import { EmailController } from './email.controller';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'email.verification-requested': NoDetails;
    'email.verified': NoDetails;
    'email.change-requested': NoDetails;
    'email.changed': NoDetails;
    'email.change-undone': NoDetails;
  }
}

/** Verification, change and restoration of the address of an account. */
@Feature({
  name: 'emails',
  knownBodies: {
    'POST /users/me/email': ({ owner: { password } }) => ({ email: `new-${newId()}@example.com`, password }),
    'POST /auth/email/verify': knownLink('verify-email'),
    'POST /auth/email/undo': knownLink('undo-email-change'),
  },
  access: {
    'POST /auth/email/undo': 'public',
    'POST /auth/email/verification': 'authenticated',
    'POST /auth/email/verify': 'public',
    'POST /users/me/email': 'authenticated, step-up',
  },
  auditEvents: [
    'email.verification-requested',
    'email.verified',
    'email.change-requested',
    'email.changed',
    'email.change-undone',
  ],
  rateLimits: [CHANGE_EMAIL, RESEND],
})
@Module({
  imports: [UsersModule, ProofsModule, LinksModule, RevocationModule, ExternalIdentitiesModule],
  controllers: [EmailController],
  providers: [EmailRequestsService, EmailUndoService, EmailVerificationService],
  exports: [EmailRequestsService, EmailUndoService, EmailVerificationService],
})
export class EmailsModule {}
