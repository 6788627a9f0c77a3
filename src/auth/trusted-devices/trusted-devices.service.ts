import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { SignInConfig } from '../../platform/config/sign-in/sign-in.config';
import type { DataAccess } from '../../platform/database/data-access';
import { Database } from '../../platform/database/database.service';
import type { Transaction } from '../../platform/database/transaction';
import type { ClientInfo } from '../../platform/http/client/client-info';
import { Clock } from '../../platform/kernel/clock.service';
import { newId } from '../../platform/kernel/ids';
import { noSuch } from '../../platform/problems/domain-error';
import { TrustedDevice } from './trusted-device.entity';

/** Devices of an account that are trusted at the same time. */
const MAX_DEVICES = 20;

const GOOD = '"userId" = $1 AND "expiresAt" > $2';

/**
 * Known devices from which an account needs no second factor for a while. A device token is valid for one account and one
 * password, so a trusted device is too; a change of factors ends all of them.
 */
@Injectable()
export class TrustedDevices {
  constructor(
    private readonly config: SignInConfig,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Trusts a device. @returns the id of its row; null where `TRUSTED_DEVICE_TTL` is 0 */
  async trust(userId: string, deviceId: string, client: ClientInfo): Promise<string | null> {
    if (this.config.trustedDeviceTtl === 0) return null;
    return this.database.transaction((tx) => this.add(tx, userId, deviceId, client));
  }

  /** Whether the account needs no second factor from a device. */
  async isTrusted(data: DataAccess, userId: string, deviceId: string): Promise<boolean> {
    if (this.config.trustedDeviceTtl === 0) return false;
    return data.exists(TrustedDevice, `${GOOD} AND "deviceId" = $3`, [userId, this.clock.now(), deviceId]);
  }

  /** The trusted devices of an account, oldest first. */
  list(data: DataAccess, userId: string): Promise<TrustedDevice[]> {
    return data.select(TrustedDevice, `${GOOD} ORDER BY "createdAt", "id"`, [userId, this.clock.now()]);
  }

  /** Trusts a device no more. @throws DomainError `not_found` */
  async remove(userId: string, id: string): Promise<void> {
    const { affected } = await this.database.manager.delete(TrustedDevice, { userId, id });
    if (affected !== 1) throw noSuch('TrustedDevice');
  }

  /** Trusts no device of the account any more, within the caller's transaction. */
  async removeAll(tx: Transaction, userId: string): Promise<void> {
    await tx.manager.delete(TrustedDevice, { userId });
  }

  /** Deletes expired rows. */
  async purge(): Promise<void> {
    await this.database.manager.delete(TrustedDevice, { expiresAt: LessThanOrEqual(this.clock.now()) });
  }

  private async add(tx: Transaction, userId: string, deviceId: string, client: ClientInfo): Promise<string> {
    const now = this.clock.now();
    await tx.manager.delete(TrustedDevice, { userId, deviceId });
    const good = await this.list(tx, userId);
    for (const { id } of good.slice(0, Math.max(0, good.length - MAX_DEVICES + 1))) {
      await tx.manager.delete(TrustedDevice, { id });
    }
    const times = { createdAt: now, expiresAt: now + this.config.trustedDeviceTtl * 1000 };
    const device = { id: newId(), userId, deviceId, userAgent: client.userAgent, ...times };
    await tx.insert(TrustedDevice, Object.assign(new TrustedDevice(), device));
    return device.id;
  }
}
