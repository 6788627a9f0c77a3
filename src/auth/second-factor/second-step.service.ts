import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../platform/database/database.service';
import { clientInfoOf } from '../../platform/http/client/client-info';
import type { AnonymousCaller } from '../../users/caller';
import type { ProofMethod } from '../../users/proof';
import { SignInChallenges } from '../challenges/sign-in-challenges.service';
import { DeviceTokens } from '../devices/device-tokens.service';
import { FactorAttemptCounter } from '../factors/factor-attempts.service';
import { SecondFactors } from '../factors/second-factors.service';
import { type SignedIn, SignInService } from '../sign-in/sign-in.service';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';
import type { CompleteSignInDto } from './dto/second-factor.dto';
import { assertOne } from './one-evidence';

/** The second step of a login. */
@Injectable()
export class SecondStep {
  constructor(
    private readonly database: Database,
    private readonly challenges: SignInChallenges,
    private readonly factors: SecondFactors,
    private readonly attempts: FactorAttemptCounter,
    private readonly signIn: SignInService,
    private readonly devices: DeviceTokens,
    private readonly trusted: TrustedDevices,
  ) {}

  /**
   * The factors that would complete a sign-in, without codes of an app after too many wrong ones if there is another
   * factor; none for a sign-in that must enroll its first.
   * @throws DomainError `invalid_challenge`
   */
  async methods(challengeToken: string): Promise<ProofMethod[]> {
    const { userId } = await this.challenges.find(challengeToken);
    const enrolled = await this.factors.enrolled(this.database, userId);
    const others = enrolled.filter((method) => method !== 'totp');
    return others.length > 0 && (await this.attempts.isFrozen(userId)) ? others : enrolled;
  }

  /**
   * Completes a sign-in by a second factor, and trusts the device if that is wanted.
   * @throws DomainError as `SignInService.complete`; `validation_failed` for more than one factor
   */
  async complete(
    caller: AnonymousCaller,
    request: FastifyRequest,
    { challengeToken, trustDevice = false, ...evidence }: CompleteSignInDto,
  ): Promise<SignedIn> {
    const sent = Object.keys(evidence);
    if (sent.length > 0) assertOne(evidence, sent);
    const signedIn = await this.signIn.complete(caller, challengeToken, evidence);
    if (trustDevice) {
      const deviceId = this.devices.deviceFor(request, signedIn.user);
      await this.trusted.trust(signedIn.user.id, deviceId, clientInfoOf(request));
    }
    return signedIn;
  }
}
