import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { UsersModule } from '../../../users/users.module';
import { SessionsModule } from '../../sessions/sessions.module';
import { SignInModule } from '../../sign-in/sign-in.module';
import { ExternalFlowModule } from '../flow/external-flow.module';
import { ExternalIdentitiesModule } from '../identities/external-identities.module';
import { ExternalProvidersModule } from '../providers/external-providers.module';
import { ExternalReauthentication } from './external-reauthentication.service';
import { ExternalStepUpController } from './external-step-up.controller';
import { ExternalStepUps } from './external-step-ups.service';

/** Step-up by a provider. */
@Feature({ name: 'external-step-up', access: { 'POST /auth/external/step-up': 'authenticated' } })
@Module({
  imports: [
    ...[UsersModule, SessionsModule, SignInModule],
    ...[ExternalFlowModule, ExternalIdentitiesModule, ExternalProvidersModule],
  ],
  controllers: [ExternalStepUpController],
  providers: [ExternalReauthentication, ExternalStepUps],
  exports: [ExternalReauthentication, ExternalStepUps],
})
export class ExternalStepUpModule {}
