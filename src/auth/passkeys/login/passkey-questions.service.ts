import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.service';
import { type Caller, sessionOf } from '../../../users/caller';
import { invalidChallenge, SignInChallenges } from '../../challenges/sign-in-challenges.service';
import { Ceremonies, CEREMONY_TTL, type IssuedCeremony } from '../ceremonies/ceremonies.service';
import { Passkeys } from '../passkeys.service';
import type { CeremonyDto } from '../webauthn/dto/ceremony.dto';
import { type KnownCredential, RelyingParty } from '../webauthn/relying-party.service';

/** What browsers use passkeys with. Asking writes nothing. */
@Injectable()
export class PasskeyQuestions {
  constructor(
    private readonly database: Database,
    private readonly passkeys: Passkeys,
    private readonly challenges: SignInChallenges,
    private readonly ceremonies: Ceremonies,
    private readonly party: RelyingParty,
  ) {}

  /** For a login with any passkey: the same for all clients. */
  forLogin(): Promise<CeremonyDto> {
    return this.ask(this.ceremonies.issue('login'), []);
  }

  /**
   * For a sign-in that needs a second factor, with the passkeys of its account. @throws DomainError `invalid_challenge`
   */
  async forChallenge(challengeToken: string): Promise<CeremonyDto> {
    const { id, purpose, userId } = await this.challenges.find(challengeToken);
    if (purpose !== 'second-factor') throw invalidChallenge();
    return this.ask(this.ceremonies.issue('second-factor', id), await this.passkeys.of(this.database, userId));
  }

  /** For the step-up of the caller's session, with the passkeys of the account. */
  async forStepUp(caller: Caller): Promise<CeremonyDto> {
    const ceremony = this.ceremonies.issue('step-up', sessionOf(caller));
    return this.ask(ceremony, await this.passkeys.of(this.database, caller.id));
  }

  private async ask({ token, challenge }: IssuedCeremony, known: readonly KnownCredential[]): Promise<CeremonyDto> {
    return { ceremony: token, publicKey: await this.party.requestOptions(challenge, known, CEREMONY_TTL) };
  }
}
