import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../../../users/users.module';
import { SignInModule } from '../../sign-in/sign-in.module';
import { PasswordsModule } from '../passwords.module';
import { CredentialsService } from './credentials.service';
import { LocalStrategy } from './local.strategy';
import { LoginController } from './login.controller';

/** Logging in by password. */
@Module({
  imports: [PassportModule, UsersModule, SignInModule, PasswordsModule],
  controllers: [LoginController],
  providers: [CredentialsService, LocalStrategy],
})
export class LoginModule {}
