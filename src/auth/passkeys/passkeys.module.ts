import { Module } from '@nestjs/common';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { UsersModule } from '../../users/users.module';
import { FactorsModule } from '../factors/factors.module';
import { NoticesModule } from '../notices/notices.module';
import { RevocationModule } from '../revocation/revocation.module';
import { Assertions } from './assertions.service';
import { CeremoniesModule } from './ceremonies/ceremonies.module';
import { Passkeys1763731000000 } from './migrations/1763731000000-passkeys';
import { PasskeyFactor } from './passkey-factor.service';
import { PasskeySignInMethod } from './passkey-sign-in-method.service';
import { Passkey } from './passkey.entity';
import { Passkeys } from './passkeys.service';
import { UserHandle } from './user-handle.entity';
import { UserHandles } from './user-handles.service';
import { WebAuthnModule } from './webauthn/webauthn.module';

declare module '../../platform/problems/problem-codes' {
  interface ProblemCodes {
    invalid_passkey: true;
  }
}

declare module '../../platform/audit/domain-events' {
  interface DomainEventDetails {
    'passkey.added': NoDetails;
    'passkey.removed': NoDetails;
    /** A right answer whose counter did not grow: the authenticator may have been copied. */
    'passkey.cloned': NoDetails;
    /** One per burst of invalid passkeys, by client network and account. */
    'passkey.refused': NoDetails;
  }
}

/** Passkeys: what is stored of them, their use as second factor, and how an answer is judged. */
@Feature({
  name: 'passkeys',
  problems: { invalid_passkey: { status: 401, title: 'The passkey is not valid' } },
  auditEvents: ['passkey.added', 'passkey.removed', 'passkey.cloned', 'passkey.refused'],
  entities: [Passkey, UserHandle],
  migrations: [Passkeys1763731000000],
  personalData: { passkeys: using(Passkeys, (passkeys, userId) => passkeys.export(userId)) },
})
@Module({
  imports: [UsersModule, FactorsModule, RevocationModule, NoticesModule, CeremoniesModule, WebAuthnModule],
  providers: [Passkeys, UserHandles, Assertions, PasskeyFactor, PasskeySignInMethod],
  exports: [Passkeys, UserHandles, Assertions, CeremoniesModule, WebAuthnModule],
})
export class PasskeysModule {}
