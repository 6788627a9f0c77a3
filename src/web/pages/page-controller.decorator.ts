import { applyDecorators, Controller, UseGuards, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AuthenticatedBy } from '../../auth/schemes/authentication-scheme';
import { CsrfGuard } from '../forms/csrf.guard';
import { SessionCookieScheme } from '../sessions/session-cookie.scheme';
import { PageInterceptor } from './page.interceptor';

/**
 * A controller of pages, at the root of the site: its visitors are known by their session cookie, its unsafe requests must come
 * from this site, and its handlers return a `View` or a `Redirect`.
 * @param path of all of its pages, without a slash at its ends; empty for the root
 */
export const PageController = (path = '') =>
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    AuthenticatedBy(SessionCookieScheme),
    UseGuards(CsrfGuard),
    UseInterceptors(PageInterceptor),
    ApiExcludeController(),
  );
