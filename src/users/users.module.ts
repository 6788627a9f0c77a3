import { Module } from '@nestjs/common';
import { Administrators } from './administrators';
import { EmailAddresses } from './email-addresses';
import { PersonalData } from './personal-data';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

/** Accounts. */
@Module({
  controllers: [UsersController],
  providers: [Administrators, EmailAddresses, PersonalData, UsersService],
  exports: [Administrators, EmailAddresses, PersonalData, UsersService],
})
export class UsersModule {}
