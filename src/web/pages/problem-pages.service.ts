import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SiteConfig } from '../../platform/config/site.config';
import { isApiAddress } from '../../platform/http/api-version';
import { asksForPage } from '../../platform/http/index-document';
import type { DomainError } from '../../platform/problems/domain-error';
import { PROBLEMS } from '../../platform/problems/problem-codes';
import { Redirect, View } from '../rendering/page-answer';
import { PageRenderer } from '../rendering/page-renderer.service';
import { loginPath, sitePath } from './site-path';
import { TEXTS } from './texts';

/** Answers what pages refuse with pages: anonymous visitors are sent to log in, and back to where they wanted to go. */
@Injectable()
export class ProblemPages {
  constructor(
    private readonly renderer: PageRenderer,
    private readonly config: SiteConfig,
  ) {}

  /** @returns false for a request to the API, or of a program to an address that does not exist */
  present(error: DomainError, request: FastifyRequest, reply: FastifyReply): boolean {
    if (isApiAddress(request.originalUrl) || (request.is404 && !asksForPage(request))) return false;
    const { status, title } = PROBLEMS.get(error.code);
    void reply.headers(error.headers);
    if (status === 401) {
      void reply.send(this.renderer.redirect(this.login(request), reply));
      return true;
    }
    const wait = error.headers['retry-after'];
    const view = new View('error', { status, title, detail: error.message, wait }, status);
    void reply.send(this.renderer.page(view, request, reply));
    return true;
  }

  /** The page comes again after a login; of a form, which is not sent again, the page that it is on. */
  private login(request: FastifyRequest): Redirect {
    const { loginMessage: text, loginMessageCategory: category } = this.config;
    const flash = request.isOtherBrowser ? { category, text: TEXTS.otherBrowser } : { category, text };
    const wanted = request.method === 'GET' ? request.originalUrl : pageOf(request);
    return new Redirect(loginPath(sitePath(wanted) ?? '/'), flash);
  }
}

/** The path of the page from which a form was sent, where the browser says so. */
function pageOf({ headers: { referer = '' }, host }: FastifyRequest): string {
  if (!URL.canParse(referer)) return '/';
  const { host: from, pathname, search } = new URL(referer);
  return from === host ? pathname + search : '/';
}
