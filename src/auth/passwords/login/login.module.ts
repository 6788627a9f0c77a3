import { Global, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../../../users/users.module';
import { LoginAccounts } from '../../rate-limits/login-accounts';
import { SignInModule } from '../../sign-in/sign-in.module';
import { PasswordsModule } from '../passwords.module';
import { CredentialsService } from './credentials.service';
import { LocalStrategy } from './local.strategy';
import { LoginController } from './login.controller';
import { PasswordLoginAccounts } from './password-login-accounts.service';

/** Logging in by password. Global, as the limits on attempts ask it for accounts. */
@Global()
@Module({
  imports: [PassportModule, UsersModule, SignInModule, PasswordsModule],
  controllers: [LoginController],
  providers: [CredentialsService, LocalStrategy, { provide: LoginAccounts, useClass: PasswordLoginAccounts }],
  exports: [LoginAccounts],
})
export class LoginModule {}
