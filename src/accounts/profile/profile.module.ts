import { Module } from '@nestjs/common';
import { NoticesModule } from '../../auth/notices/notices.module';
import { ProofsModule } from '../../auth/proofs/proofs.module';
import { UsersModule } from '../../users/users.module';
import { AccountDeletionService } from './account-deletion.service';
import { AccountController } from './account.controller';

/** The account as its owner sees it: showing, renaming, exporting and deleting it. */
@Module({
  imports: [UsersModule, NoticesModule, ProofsModule],
  controllers: [AccountController],
  providers: [AccountDeletionService],
})
export class ProfileModule {}
