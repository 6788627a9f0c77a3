import { Module } from '@nestjs/common';
import { AccountFields } from './account-fields.service';

/** What features keep of accounts and show with them. */
@Module({ providers: [AccountFields], exports: [AccountFields] })
export class AccountFieldsModule {}
