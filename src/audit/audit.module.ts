import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log';
import { AuditTrail } from './audit-trail';
import { AuditVerifier } from './audit-verifier';
import { DomainEvents } from './domain-events';

const services = [AuditLog, AuditTrail, AuditVerifier, DomainEvents];

/** What happened: the audit chain, and the events that other modules listen to. */
@Global()
@Module({ providers: services, exports: services })
export class AuditModule {}
