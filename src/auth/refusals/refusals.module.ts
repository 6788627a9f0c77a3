import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { RefusalRecorder } from './refusal-recorder.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    /** One for each burst of uses of refresh tokens that are not good, by client network and account. */
    'session.refresh-refused': NoDetails;
    /** One for each burst of requests that a limit refused, by limit, client network and account. */
    'rate-limit.exceeded': { limit: string };
    /** One for each burst of uses of links that are not good, by client network and account. */
    'link.refused': NoDetails;
  }
}

/** What was refused to strangers, in the audit trail: one event a burst. */
@Feature({
  name: 'refusals',
  auditEvents: ['session.refresh-refused', 'rate-limit.exceeded', 'link.refused'],
})
@Module({ providers: [RefusalRecorder], exports: [RefusalRecorder] })
export class RefusalsModule {}
