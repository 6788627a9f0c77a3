import { Module } from '@nestjs/common';
import { EmailAddresses } from './email-addresses';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

/** Accounts. */
@Module({
  controllers: [UsersController],
  providers: [EmailAddresses, UsersService],
  exports: [EmailAddresses, UsersService],
})
export class UsersModule {}
