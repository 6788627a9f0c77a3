import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { type BreachCheckFailure, BreachedPasswords } from './breached-passwords.service';

declare module '../../../platform/audit/domain-events' {
  interface DomainEventDetails {
    /** A new password was accepted without having been compared with leaked ones. */
    'password.breach-check-failed': { reason: BreachCheckFailure };
  }
}

/** Leaked passwords. */
@Feature({ name: 'breached-passwords', auditEvents: ['password.breach-check-failed'] })
@Module({ providers: [BreachedPasswords], exports: [BreachedPasswords] })
export class BreachedModule {}
