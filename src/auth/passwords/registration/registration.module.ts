import { Module } from '@nestjs/common';
import { Feature } from '../../../platform/features/feature.decorator';
import { newId } from '../../../platform/kernel/ids';
import { UsersModule } from '../../../users/users.module';
import { LinksModule } from '../../links/links.module';
import { REGISTER, REGISTER_MAIL } from '../../rate-limits/policies';
import { SessionsModule } from '../../sessions/sessions.module';
import { SignInModule } from '../../sign-in/sign-in.module';
import { PasswordsModule } from '../passwords.module';
import { RegistrationController } from './registration.controller';
import { RegistrationService } from './registration.service';

/** Registration of accounts with a password. */
@Feature({
  name: 'registration',
  knownBodies: {
    'POST /auth/register': ({ owner: { password } }) => {
      const username = `new-${newId()}`;
      return { username, email: `${username}@example.com`, password };
    },
  },
  access: {
    'POST /auth/register': 'public',
  },
  rateLimits: [REGISTER, REGISTER_MAIL],
})
@Module({
  imports: [UsersModule, LinksModule, SessionsModule, SignInModule, PasswordsModule],
  controllers: [RegistrationController],
  providers: [RegistrationService],
  exports: [RegistrationService],
})
export class RegistrationModule {}
