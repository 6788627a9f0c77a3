import { Global, Module } from '@nestjs/common';
import { Feature } from '../features/feature.decorator';
import { AuditEvent, AuditHead } from './audit-event.entity';
import { AuditQueries } from './audit-queries.service';
import { AuditVerifier } from './audit-verifier.service';
import { AuditWriter } from './audit-writer.service';
import { DomainEvents } from './domain-events.service';
import { Audit1763691000000 } from './migrations/1763691000000-audit';
import { EndedAccounts1763713000000 } from './migrations/1763713000000-ended-accounts';

const services = [AuditQueries, AuditWriter, AuditVerifier, DomainEvents];

/** The audit chain, and the events that other modules listen to. */
@Feature({
  name: 'audit',
  entities: [AuditEvent, AuditHead],
  migrations: [Audit1763691000000, EndedAccounts1763713000000],
})
@Global()
@Module({ providers: services, exports: services })
export class AuditModule {}
