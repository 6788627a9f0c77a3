import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { using } from '../../../platform/features/provider-call';
import { HOUR_MS } from '../../../platform/jobs/job';
import { ExternalProvidersModule } from '../providers/external-providers.module';
import { ExternalSignIn } from './external-sign-in.entity';
import { ExternalSignIns } from './external-sign-ins.service';
import { FlowCookies } from './flow-cookies.service';
import { ExternalSignIns1763740000000 } from './migrations/1763740000000-external-sign-ins';
import { RedirectTargets } from './redirect-targets.service';

/** The state of a sign-in with a provider: in the browser, and in the database once it came back. */
@Feature({
  name: 'external-flow',
  entities: [ExternalSignIn],
  migrations: [ExternalSignIns1763740000000],
  jobs: { 'purge-external-sign-ins': { everyMs: HOUR_MS, run: using(ExternalSignIns, (signIns) => signIns.purge()) } },
})
@Module({
  imports: [ExternalProvidersModule],
  providers: [ExternalSignIns, FlowCookies, RedirectTargets],
  exports: [ExternalSignIns, FlowCookies, RedirectTargets],
})
export class ExternalFlowModule {}
