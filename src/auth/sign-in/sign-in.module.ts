import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { SignInController } from './sign-in.controller';
import { SignInService } from './sign-in.service';

/** From proofs to sessions. Knows no method of proof. */
@Module({
  imports: [UsersModule, SessionsModule, TokensModule],
  controllers: [SignInController],
  providers: [SignInService],
  exports: [SignInService],
})
export class SignInModule {}
