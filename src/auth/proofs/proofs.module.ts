import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Feature } from '../../platform/features/feature.decorator';
import { UsersModule } from '../../users/users.module';
import { REAUTHENTICATE } from '../rate-limits/policies';
import { Reauthentication } from './reauthentication.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_credentials: true;
  }
}

/** Reauthentication by the methods that rooms above provide. */
@Feature({
  name: 'proofs',
  problems: { invalid_credentials: { status: 401, title: 'The credentials are not valid' } },
  rateLimits: [REAUTHENTICATE],
})
@Module({ imports: [DiscoveryModule, UsersModule], providers: [Reauthentication], exports: [Reauthentication] })
export class ProofsModule {}
