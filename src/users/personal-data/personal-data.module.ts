import { Module } from '@nestjs/common';
import { AccountFieldsModule } from '../fields/account-fields.module';
import { PersonalData } from './personal-data.service';

/** Exports of personal data. */
@Module({ imports: [AccountFieldsModule], providers: [PersonalData], exports: [PersonalData] })
export class PersonalDataModule {}
