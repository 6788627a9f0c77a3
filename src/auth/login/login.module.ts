import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { UsersModule } from '../../users/users.module';
import { LinksModule } from '../links/links.module';
import { PasswordsModule } from '../passwords/passwords.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { CredentialsService } from './credentials.service';
import { LocalStrategy } from './local.strategy';
import { RegistrationService } from './registration.service';

/** Registering, logging in, staying logged in, and logging out. */
@Module({
  imports: [PassportModule, UsersModule, LinksModule, PasswordsModule, SessionsModule, TokensModule],
  controllers: [AuthController],
  providers: [AuthService, CredentialsService, LocalStrategy, RegistrationService],
})
export class LoginModule {}
