import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { UsersModule } from '../../users/users.module';
import { ChallengeTokenCodec } from './challenge-token.codec';
import { SignInChallenges1763720000000 } from './migrations/1763720000000-sign-in-challenges';
import { SignInChallenge } from './sign-in-challenge.entity';
import { SignInChallenges } from './sign-in-challenges.service';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_challenge: true;
  }
}

/** Sign-ins that still need a second factor. */
@Feature({
  name: 'challenges',
  problems: { invalid_challenge: { status: 401, title: 'The challenge is not valid' } },
  entities: [SignInChallenge],
  migrations: [SignInChallenges1763720000000],
  jobs: { 'purge-challenges': { everyMs: HOUR_MS, run: using(SignInChallenges, (challenges) => challenges.purge()) } },
})
@Module({
  imports: [UsersModule],
  providers: [ChallengeTokenCodec, SignInChallenges],
  exports: [SignInChallenges],
})
export class ChallengesModule {}
