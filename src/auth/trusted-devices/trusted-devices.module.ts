import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { HOUR_MS } from '../../platform/jobs/job';
import { TrustedDevices1763725000000 } from './migrations/1763725000000-trusted-devices';
import { TrustedDevice } from './trusted-device.entity';
import { TrustedDevices } from './trusted-devices.service';

/** Devices from which accounts need no second factor for a while. */
@Feature({
  name: 'trusted-devices',
  entities: [TrustedDevice],
  migrations: [TrustedDevices1763725000000],
  jobs: { 'purge-trusted-devices': { everyMs: HOUR_MS, run: using(TrustedDevices, (devices) => devices.purge()) } },
})
@Module({ providers: [TrustedDevices], exports: [TrustedDevices] })
export class TrustedDevicesModule {}
