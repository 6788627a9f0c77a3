import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { ExternalProviders } from './external-providers.service';
import { ProviderLimits } from './provider-limits.service';

declare module '../../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_external_sign_in: true;
    external_denied: true;
  }
}

/** The providers that people sign in with, and the protocols that they speak. */
@Feature({
  name: 'external-providers',
  problems: {
    invalid_external_sign_in: { status: 401, title: 'The sign-in with a provider is not valid' },
    external_denied: { status: 401, title: 'The provider did not sign the user in' },
  },
})
@Module({ providers: [ExternalProviders, ProviderLimits], exports: [ExternalProviders] })
export class ExternalProvidersModule {}
