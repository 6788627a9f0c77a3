import { Module } from '@nestjs/common';
import { EmailAddresses } from './email-addresses';
import { PersonalData } from './personal-data';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

/** Accounts. */
@Module({
  controllers: [UsersController],
  providers: [EmailAddresses, PersonalData, UsersService],
  exports: [EmailAddresses, PersonalData, UsersService],
})
export class UsersModule {}
