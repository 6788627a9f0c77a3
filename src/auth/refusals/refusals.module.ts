import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { RefusalRecorder } from './refusal-recorder.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    /** One per burst of invalid refresh tokens, by client network and account. */
    'session.refresh-refused': NoDetails;
    /** One per burst of requests that a limit refused, by limit, client network and account. */
    'rate-limit.exceeded': { limit: string };
    /** One per burst of invalid links, by client network and account. */
    'link.refused': NoDetails;
    /** One per burst of invalid mailed codes and links to sign in, by client network and account. */
    'email-sign-in.refused': NoDetails;
  }
}

/** Records refusals in the audit trail: one event per burst. */
@Feature({
  name: 'refusals',
  auditEvents: ['session.refresh-refused', 'rate-limit.exceeded', 'link.refused', 'email-sign-in.refused'],
})
@Module({ providers: [RefusalRecorder], exports: [RefusalRecorder] })
export class RefusalsModule {}
