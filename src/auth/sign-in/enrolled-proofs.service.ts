import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import type { Caller } from '../../users/caller';
import type { Proof } from '../../users/proof';
import { SignInChallenges } from '../challenges/sign-in-challenges.service';
import { SessionsService } from '../sessions/sessions.service';

/** A caller who enrolls a factor has proven it: so has the session, or the sign-in, in which that happens. */
@Injectable()
export class EnrolledProofs {
  constructor(
    private readonly sessions: SessionsService,
    private readonly challenges: SignInChallenges,
  ) {}

  /** Adds the proof of a factor that was just enrolled, within the caller's transaction. */
  async add(tx: Transaction, { sessionId, challengeId }: Caller, proof: Proof): Promise<void> {
    if (sessionId !== null) await this.sessions.strengthen(tx, sessionId, proof, true);
    if (challengeId !== null) await this.challenges.add(tx, challengeId, proof);
  }
}
