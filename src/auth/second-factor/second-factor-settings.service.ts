import { Injectable } from '@nestjs/common';
import { AuditWriter } from '../../platform/audit/audit-writer.service';
import { Database } from '../../platform/database/database.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { SecondFactors } from '../factors/second-factors.service';
import { SecurityNotices } from '../notices/security-notices.service';
import { RecoveryCodes } from '../recovery-codes/recovery-codes.service';
import { FactorChanges } from '../revocation/factor-changes.service';
import { TrustedDevices } from '../trusted-devices/trusted-devices.service';
import { FactorDto, type SecondFactorDto, TrustedDeviceDto } from './dto/second-factor.dto';

const withoutFactor = () => new DomainError('conflict', 'The account has no second factor; add one first.');

/** The second factors of a caller, and whether sessions need them. */
@Injectable()
export class SecondFactorSettings {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly factors: SecondFactors,
    private readonly codes: RecoveryCodes,
    private readonly devices: TrustedDevices,
    private readonly changes: FactorChanges,
    private readonly audit: AuditWriter,
    private readonly notices: SecurityNotices,
  ) {}

  /** Everything about the second factors of the caller, without secrets. */
  async show({ id, user }: Caller): Promise<SecondFactorDto> {
    const [totp, passkeys] = [
      await this.factors.list(this.database, id, 'totp'),
      await this.factors.list(this.database, id, 'passkey'),
    ];
    return {
      required: this.factors.isDemanded(user),
      totp: totp.map(FactorDto.from),
      passkeys: passkeys.map(FactorDto.from),
      recoveryCodesLeft: await this.codes.left(this.database, id),
      trustedDevices: (await this.devices.list(this.database, id)).map(TrustedDeviceDto.from),
    };
  }

  /**
   * Decides whether sessions of the caller need two factors; if so, other sessions without a second factor end.
   * @throws DomainError `conflict` without a second factor, or where the configuration demands one
   */
  require(caller: Caller, isRequired: boolean): Promise<void> {
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      if (isRequired === user.requiresSecondFactor) return;
      if (isRequired && (await this.factors.enrolled(tx, user.id)).length === 0) throw withoutFactor();
      if (isRequired) await this.changes.require(tx, user, caller.sessionId);
      else {
        const isStillDemanded = this.factors.isDemanded(Object.assign({}, user, { requiresSecondFactor: false }));
        if (isStillDemanded) throw new DomainError('conflict', 'This server requires a second factor.');
        await this.users.update(tx, user.id, { requiresSecondFactor: false });
      }
      const details = { required: isRequired };
      this.audit.record(tx, { type: 'second-factor.requirement-changed', actor: caller, accountId: user.id, details });
      const factor = 'the second step of a login';
      const notice = isRequired ? 'second-factor-added' : 'second-factor-removed';
      await this.notices.notify(tx, notice, user, { client: caller.client, factor });
    });
  }

  /** Makes new recovery codes; earlier ones no longer work. @throws DomainError `conflict` without a second factor */
  newCodes(caller: Caller): Promise<string[]> {
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      if ((await this.factors.enrolled(tx, user.id)).length === 0) throw withoutFactor();
      const codes = await this.codes.replace(tx, user.id);
      this.audit.record(tx, { type: 'recovery-codes.made', actor: caller, accountId: user.id, details: {} });
      await this.notices.notify(tx, 'recovery-codes-made', user, { client: caller.client });
      return codes;
    });
  }

  /** The export of an account. */
  async *export(userId: string): AsyncGenerator<object[]> {
    const user = await this.users.findById(userId);
    yield [
      {
        required: user?.requiresSecondFactor ?? false,
        totp: (await this.factors.list(this.database, userId, 'totp')).map(FactorDto.from),
        passkeys: (await this.factors.list(this.database, userId, 'passkey')).map(FactorDto.from),
        recoveryCodesLeft: await this.codes.left(this.database, userId),
        trustedDevices: (await this.devices.list(this.database, userId)).map(TrustedDeviceDto.from),
      },
    ];
  }
}
