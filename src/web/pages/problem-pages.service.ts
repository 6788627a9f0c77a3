import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SiteConfig } from '../../platform/config/site.config';
import { isApiAddress } from '../../platform/http/api-version';
import { patternOf } from '../../platform/http/errors/unmatched-requests';
import { asksForPage } from '../../platform/http/index-document';
import { Clock } from '../../platform/kernel/clock.service';
import { AppLogger } from '../../platform/logging/app-logger.service';
import type { DomainError } from '../../platform/problems/domain-error';
import { PROBLEMS } from '../../platform/problems/problem-codes';
import { Redirect, View } from '../rendering/page-answer';
import { PageRenderer } from '../rendering/page-renderer.service';
import { ERROR_TEXTS, TEXTS, waitText } from '../rendering/texts';
import { Visitors } from '../sessions/visitors.service';
import { loginPath, sitePath, stepUpPath } from './site-path';

/** Answers what pages refuse with pages: anonymous visitors are sent to log in, and back to where they wanted to go. */
@Injectable()
export class ProblemPages {
  constructor(
    private readonly renderer: PageRenderer,
    private readonly visitors: Visitors,
    private readonly clock: Clock,
    private readonly config: SiteConfig,
    private readonly logger: AppLogger,
  ) {}

  /** @returns false for a request to the API, or of a program to an address that does not exist */
  present(error: DomainError, request: FastifyRequest, reply: FastifyReply): boolean {
    // The route decides where there is one, as an address can be written in many ways.
    const pattern = patternOf(request);
    const isUnknown = request.is404 && pattern === undefined;
    if (isApiAddress(pattern ?? request.originalUrl) || (isUnknown && !asksForPage(request))) return false;
    const { status } = PROBLEMS.get(error.code);
    void reply.headers(error.headers);
    if (error.code === 'step_up_required') {
      void reply.send(this.renderer.redirect(stepUp(request), reply));
    } else if (status === 401) {
      void reply.send(this.renderer.redirect(this.login(request), reply));
    } else if (status < 500 && this.visitors.isUnknown(request)) {
      void this.visitors.recognize(request).then(() => this.send(error, request, reply));
    } else {
      this.send(error, request, reply);
    }
    return true;
  }

  /** Shows a refusal by a page of its own. */
  async show(error: DomainError, view: View, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.visitors.isUnknown(request)) await this.visitors.recognize(request);
    this.send(error, request, reply.headers(error.headers), view);
  }

  private send(
    error: DomainError,
    request: FastifyRequest,
    reply: FastifyReply,
    view = this.page(error, request),
  ): void {
    try {
      void reply.send(this.renderer.page(view, request, reply));
    } catch (failure) {
      // A template of a team's own is broken, maybe the very layout that failed before.
      this.logger.pino.error({ requestId: request.id, err: failure }, 'An error page cannot be rendered');
      const { title } = PROBLEMS.get(error.code);
      void reply.code(view.status).type('text/plain; charset=utf-8').send(`${title}. Request ${request.id}\n`);
    }
  }

  private page(error: DomainError, request: FastifyRequest): View {
    const { status, title } = PROBLEMS.get(error.code);
    const { heading, text, advice }: Partial<(typeof ERROR_TEXTS)[number]> = ERROR_TEXTS[status] ?? {};
    const seconds = Number(error.headers['retry-after'] ?? 0);
    const values = {
      heading: heading ?? title,
      text: text ?? error.message,
      advice: advice ?? '',
      wait: seconds > 0 ? { text: waitText(seconds), until: this.clock.now() + seconds * 1000 } : null,
      back: backTo(request, status),
      isForm: request.method === 'POST',
      // Who it is was not found out, so neither menu would be right.
      ...(this.visitors.isUnknown(request) && { menu: [] }),
    };
    return new View('error', values, status);
  }

  /** The page comes again after a login; of a form, which is not sent again, the page that it is on. */
  private login(request: FastifyRequest): Redirect {
    const { loginMessage: text, loginMessageCategory: category } = this.config;
    const flash = request.isOtherBrowser ? { category, text: TEXTS.otherBrowser } : { category, text };
    const wanted = request.method === 'GET' ? request.originalUrl : pageOf(request);
    return new Redirect(loginPath(sitePath(wanted) ?? '/'), flash);
  }
}

/** A recent authentication, and then the page again; of a form, which is not sent again, the page that it is on. */
function stepUp(request: FastifyRequest): Redirect {
  const wanted = sitePath(request.method === 'GET' ? request.originalUrl : pageOf(request)) ?? '/';
  return new Redirect(stepUpPath(wanted === '/' ? '/account' : wanted), { category: 'message', text: TEXTS.stepUp });
}

/** Where to try again: the page of a form, or a page that may come later. Empty where there is no such page. */
function backTo(request: FastifyRequest, status: number): string {
  if (request.method === 'POST') return (sitePath(pageOf(request)) ?? '/').replace(/^\/$/, '');
  return request.method === 'GET' && (status === 429 || status >= 500) ? (sitePath(request.originalUrl) ?? '') : '';
}

/** The path of the page from which a form was sent, where the browser says so. */
function pageOf({ headers: { referer = '' }, host }: FastifyRequest): string {
  if (!URL.canParse(referer)) return '/';
  const { host: from, pathname, search } = new URL(referer);
  return from === host ? pathname + search : '/';
}
