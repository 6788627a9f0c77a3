import { Global, Module } from '@nestjs/common';
import { AuditQueries } from './audit-queries.service';
import { AuditVerifier } from './audit-verifier.service';
import { AuditWriter } from './audit-writer.service';
import { DomainEvents } from './domain-events';

const services = [AuditQueries, AuditWriter, AuditVerifier, DomainEvents];

/** What happened: the audit chain, and the events that other modules listen to. */
@Global()
@Module({ providers: services, exports: services })
export class AuditModule {}
