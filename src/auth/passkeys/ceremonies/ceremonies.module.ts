import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { using } from '../../../platform/features/provider-call';
import { HOUR_MS } from '../../../platform/jobs/job';
import { Ceremonies } from './ceremonies.service';
import { CeremonyCodec } from './ceremony.codec';
import { SpentCeremonies1763730000000 } from './migrations/1763730000000-spent-ceremonies';
import { SpentCeremony } from './spent-ceremony.entity';

/** Questions to authenticators, of which each can be answered once. */
@Feature({
  name: 'ceremonies',
  entities: [SpentCeremony],
  migrations: [SpentCeremonies1763730000000],
  jobs: { 'purge-ceremonies': { everyMs: HOUR_MS, run: using(Ceremonies, (ceremonies) => ceremonies.purge()) } },
})
@Module({ providers: [CeremonyCodec, Ceremonies], exports: [Ceremonies] })
export class CeremoniesModule {}
