import { Global, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { Feature } from '../../../platform/features/feature.decorator';
import { UsersModule } from '../../../users/users.module';
import { LoginAccountFinder } from '../../rate-limits/login-account-finder';
import { LOGIN } from '../../rate-limits/policies';
import { SignInModule } from '../../sign-in/sign-in.module';
import { PasswordsModule } from '../passwords.module';
import { CredentialsService } from './credentials.service';
import { LocalStrategy } from './local.strategy';
import { LoginController } from './login.controller';
import { PasswordLoginAccountFinder } from './password-login-account-finder.service';
import { PasswordLogin } from './password-login.service';

/** Login by password. Global, because the limits on attempts look up accounts here. */
@Feature({
  name: 'login',
  knownBodies: { 'POST /auth/login': ({ owner: { email, password } }) => ({ username: email, password }) },
  access: {
    'POST /auth/login': 'public',
  },
  rateLimits: [LOGIN],
})
@Global()
@Module({
  imports: [PassportModule, UsersModule, SignInModule, PasswordsModule],
  controllers: [LoginController],
  providers: [
    CredentialsService,
    LocalStrategy,
    PasswordLogin,
    { provide: LoginAccountFinder, useClass: PasswordLoginAccountFinder },
  ],
  exports: [LoginAccountFinder, PasswordLogin],
})
export class LoginModule {}
