import { Module } from '@nestjs/common';
import { Cookies } from './cookies.service';
import { CsrfTokens } from './csrf-tokens.service';
import { FlashMessages } from './flash-messages.service';

/** What a browser keeps for the site besides its session. */
@Module({ providers: [Cookies, CsrfTokens, FlashMessages], exports: [Cookies, CsrfTokens, FlashMessages] })
export class CookiesModule {}
