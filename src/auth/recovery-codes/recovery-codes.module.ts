import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { NoticesModule } from '../notices/notices.module';
import { RecoveryCodes1763724000000 } from './migrations/1763724000000-recovery-codes';
import { RecoveryCode } from './recovery-code.entity';
import { RecoveryCodeFactor } from './recovery-code.factor';
import { RecoveryCodes } from './recovery-codes.service';

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'recovery-code.used': { left: number };
  }
}

/** Codes for the loss of other second factors. */
@Feature({
  name: 'recovery-codes',
  auditEvents: ['recovery-code.used'],
  entities: [RecoveryCode],
  migrations: [RecoveryCodes1763724000000],
})
@Module({ imports: [NoticesModule], providers: [RecoveryCodes, RecoveryCodeFactor], exports: [RecoveryCodes] })
export class RecoveryCodesModule {}
