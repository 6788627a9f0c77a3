import { Module } from '@nestjs/common';
import { AccountFields } from './account-fields.service';

/** Account fields of features. */
@Module({ providers: [AccountFields], exports: [AccountFields] })
export class AccountFieldsModule {}
