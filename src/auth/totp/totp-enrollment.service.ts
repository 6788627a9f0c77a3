import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../platform/config/auth.config';
import type { DataAccess } from '../../platform/database/data-access';
import { Database } from '../../platform/database/database.service';
import { Clock } from '../../platform/kernel/clock.service';
import { noSuch } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { invalidSecondFactor } from '../factors/second-factors.service';
import { RecoveryCodes } from '../recovery-codes/recovery-codes.service';
import { FactorChanges } from '../revocation/factor-changes.service';
import { EnrolledProofs } from '../sign-in/enrolled-proofs.service';
import type { AddedTotpDto } from './dto/add-totp.dto';
import type { TotpAuthenticator } from './totp-authenticator.entity';
import { TotpAuthenticators } from './totp-authenticators.service';
import { base32, otpauthUri } from './totp-code';

const DEFAULT_NAME = 'Authenticator';

const labelOf = ({ name }: TotpAuthenticator) => `authenticator app "${name}"`;

/** Adds and removes the authenticator apps of a caller, who has authenticated recently. */
@Injectable()
export class TotpEnrollment {
  constructor(
    private readonly config: AuthConfig,
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly authenticators: TotpAuthenticators,
    private readonly codes: RecoveryCodes,
    private readonly changes: FactorChanges,
    private readonly proofs: EnrolledProofs,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds an authenticator, which is not in use before its first code is confirmed within 10 minutes.
   * @throws DomainError `quota_exceeded`
   */
  async add(caller: Caller, name: string = DEFAULT_NAME): Promise<AddedTotpDto> {
    const { authenticator, seed } = await this.users.withLockedUser(caller.id, (tx) =>
      this.authenticators.add(tx, caller.id, name),
    );
    return this.shown(caller, authenticator.id, seed);
  }

  /**
   * Shows an authenticator again that waits for its first code, to a caller who has authenticated recently.
   * @throws DomainError `not_found` for one that is not waiting
   */
  async show(caller: Caller, id: string): Promise<AddedTotpDto> {
    const seed = this.authenticators.seedOf(await this.waiting(this.database, caller.id, id));
    if (!seed) throw noSuch('Authenticator');
    return this.shown(caller, id, seed);
  }

  /**
   * Puts an authenticator to use. Of concurrent confirmations, one succeeds. The first one of an account has its sessions
   * need two factors from now on; other sessions without a second factor end.
   * @returns recovery codes, if the account had none
   * @throws DomainError `invalid_second_factor` for a wrong code; `not_found` for one that is not waiting
   */
  confirm(caller: Caller, id: string, code: string): Promise<string[] | null> {
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      const authenticator = await this.waiting(tx, caller.id, id);
      if (!(await this.authenticators.accept(tx, authenticator, code, true))) throw invalidSecondFactor();
      await this.changes.added(tx, caller, user, {
        ...{ method: 'totp', label: labelOf(authenticator), isDemanded: true },
        ...{ sessionId: caller.sessionId, challengeId: caller.challengeId },
      });
      await this.proofs.add(tx, caller, { method: 'totp', at: this.clock.now() });
      return (await this.codes.left(tx, caller.id)) === 0 ? this.codes.replace(tx, caller.id) : null;
    });
  }

  /** Removes an authenticator. Without any factor left, sessions no longer need two. @throws DomainError `not_found` */
  remove(caller: Caller, id: string): Promise<void> {
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      const authenticator = await this.authenticators.find(tx, caller.id, id);
      if (!authenticator) throw noSuch('Authenticator');
      await this.authenticators.remove(tx, caller.id, id);
      if (authenticator.confirmedAt === null) return;
      await this.changes.removed(tx, caller, user, { method: 'totp', label: labelOf(authenticator) });
    });
  }

  private shown({ user }: Caller, id: string, seed: Buffer): AddedTotpDto {
    return { id, secret: base32(seed), uri: otpauthUri(seed, this.config.issuer, user.username) };
  }

  private async waiting(data: DataAccess, userId: string, id: string): Promise<TotpAuthenticator> {
    const authenticator = await this.authenticators.find(data, userId, id);
    if (authenticator?.confirmedAt !== null) throw noSuch('Authenticator');
    return authenticator;
  }
}
