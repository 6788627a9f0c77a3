import { Module } from '@nestjs/common';
import { DevicesModule } from '../../auth/devices/devices.module';
import { ExternalModule } from '../../auth/external/external.module';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { SignInPagesModule } from '../sign-in/sign-in-pages.module';
import { ExternalEmailPageController } from './external-email-page.controller';
import { ExternalFailures } from './external-failures.service';
import { ExternalLoginPageController } from './external-login-page.controller';
import { ExternalPageSignIns } from './external-sign-ins.service';
import { ExternalStepUpPageController } from './external-step-up-page.controller';
import { IdentitiesPageController } from './identities-page.controller';
import { PageFlows } from './page-flows.service';

/** Sign-in with the accounts of other providers in a browser. */
@Feature({
  name: 'external-pages',
  access: {
    'POST page /login/external/:provider': 'public',
    'GET page /login/external': 'public',
    'GET page /login/external-email': 'public',
    'POST page /login/external-email': 'public',
    'GET page /login/external-email/code': 'public',
    'POST page /login/external-email/code': 'public',
    'POST page /account/step-up/external/:provider': 'authenticated',
    'GET page /account/step-up/external': 'authenticated',
    'GET page /account/security/identities': 'authenticated',
    'POST page /account/security/identities/link/:provider': 'authenticated, step-up',
    'GET page /account/security/identities/link': 'authenticated, step-up',
    'POST page /account/security/identities/link': 'authenticated, step-up',
    'GET page /account/security/identities/:id/remove': 'authenticated, step-up',
    'POST page /account/security/identities/:id/remove': 'authenticated, step-up',
  },
  http: using(ExternalFailures, (failures, fastify) => failures.addTo(fastify)),
})
@Module({
  imports: [DevicesModule, ExternalModule, SignInPagesModule],
  controllers: [
    ExternalLoginPageController,
    ExternalEmailPageController,
    ExternalStepUpPageController,
    IdentitiesPageController,
  ],
  providers: [ExternalFailures, ExternalPageSignIns, PageFlows],
})
export class ExternalPagesModule {}
