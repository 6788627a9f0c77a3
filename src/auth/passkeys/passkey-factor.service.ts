import { Injectable } from '@nestjs/common';
import type { Actor } from '../../platform/audit/domain-events';
import type { DataAccess } from '../../platform/database/data-access';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import type { Proof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import {
  type Ceremony,
  type FactorEvidence,
  type FactorSummary,
  type FactorUse,
  IsSecondFactor,
  type SecondFactor,
} from '../factors/second-factor';
import { type Assertion, Assertions, type ExpectedCeremony } from './assertions.service';
import type { PasskeyEvidenceDto } from './dto/passkey-evidence.dto';
import { Passkeys } from './passkeys.service';

declare module '../factors/second-factor' {
  interface FactorEvidence {
    /** The response of a passkey. */
    passkey?: PasskeyEvidenceDto;
  }
}

/** A passkey as second factor, and for step-up. */
@Injectable()
@IsSecondFactor()
export class PasskeyFactor implements SecondFactor {
  readonly method = 'passkey';
  readonly isGuessable = false;

  constructor(
    private readonly passkeys: Passkeys,
    private readonly assertions: Assertions,
    private readonly clock: Clock,
  ) {}

  reads({ passkey }: FactorEvidence): boolean {
    return passkey !== undefined;
  }

  isEnrolled(data: DataAccess, userId: string): Promise<boolean> {
    return this.passkeys.has(data, userId);
  }

  list(data: DataAccess, userId: string): Promise<readonly FactorSummary[]> {
    return this.passkeys.of(data, userId);
  }

  removeAll(tx: Transaction, userId: string, since: number): Promise<number> {
    return this.passkeys.removeAll(tx, userId, since);
  }

  async verify(tx: Transaction, user: User, evidence: FactorEvidence, { ceremony }: FactorUse): Promise<Proof | null> {
    const assertion = await this.assertionOf(tx, user, evidence, ceremony);
    if (!assertion || !(await this.passkeys.use(tx, assertion))) return null;
    return { method: 'passkey', at: this.clock.now(), userVerified: true };
  }

  async onRefusal(
    tx: Transaction,
    owner: User,
    evidence: FactorEvidence,
    { ceremony }: FactorUse,
    actor: Actor,
  ): Promise<void> {
    const assertion = await this.assertionOf(tx, owner, evidence, ceremony);
    if (assertion) await this.passkeys.reportIfCloned(tx, owner, actor, assertion);
  }

  private async assertionOf(
    tx: Transaction,
    { id }: User,
    { passkey }: FactorEvidence,
    ceremony: Ceremony,
  ): Promise<Assertion | null> {
    const assertion = passkey && (await this.assertions.verify(tx, passkey, expectedFor(ceremony)));
    return assertion?.passkey.userId === id ? assertion : null;
  }
}

function expectedFor(ceremony: Ceremony): ExpectedCeremony {
  const [where, subject = ''] = ceremony.split(':');
  return { kind: where === 'session' ? 'step-up' : 'second-factor', subject };
}
