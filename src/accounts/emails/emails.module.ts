import { Module } from '@nestjs/common';
import { LinksModule } from '../../auth/links/links.module';
import { ProofsModule } from '../../auth/proofs/proofs.module';
import { RevocationModule } from '../../auth/revocation/revocation.module';
import { UsersModule } from '../../users/users.module';
import { EmailRequestsService } from './email-requests.service';
import { EmailUndoService } from './email-undo.service';
import { EmailVerificationService } from './email-verification.service';
import { EmailController } from './email.controller';

/** Proving, changing and restoring the address of an account. */
@Module({
  imports: [UsersModule, ProofsModule, LinksModule, RevocationModule],
  controllers: [EmailController],
  providers: [EmailRequestsService, EmailUndoService, EmailVerificationService],
})
export class EmailsModule {}
