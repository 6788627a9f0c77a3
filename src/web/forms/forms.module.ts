import { Module } from '@nestjs/common';
import { CookiesModule } from '../cookies/cookies.module';
import { CsrfGuard } from './csrf.guard';
import { FormKeys } from './form-keys.service';

/** What forms send. */
@Module({ imports: [CookiesModule], providers: [CsrfGuard, FormKeys], exports: [CookiesModule, CsrfGuard, FormKeys] })
export class FormsModule {}
