import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail';
import { AuditVerifier } from './audit-verifier';
import { DomainEvents } from './domain-events';

/** What happened: the audit chain, and the events that other modules listen to. */
@Global()
@Module({ providers: [AuditTrail, AuditVerifier, DomainEvents], exports: [AuditTrail, AuditVerifier, DomainEvents] })
export class AuditModule {}
