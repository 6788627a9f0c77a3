import { Module } from '@nestjs/common';
import { Administrators } from './administrators';
import { EmailAddresses } from './email-addresses';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

/** Accounts. */
@Module({
  controllers: [UsersController],
  providers: [Administrators, EmailAddresses, UsersService],
  exports: [Administrators, EmailAddresses, UsersService],
})
export class UsersModule {}
