import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Features } from '../../platform/features/features.service';
import { Assets } from '../assets/assets.service';
import { CsrfTokens } from '../cookies/csrf-tokens.service';
import { FlashMessages } from '../cookies/flash-messages.service';
import type { Redirect, View } from './page-answer';
import type { MenuEntry } from './site-feature';
import { Templates } from './templates.service';

/** Headers of every page: nothing is loaded from elsewhere, nothing runs or is styled inline (ASVS 3.4.3). */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  'content-type': 'text/html; charset=utf-8',
  // With no-referrer, browsers send forms with Origin: null.
  'referrer-policy': 'same-origin',
};

/** Renders pages, with what all of them show: the account, the menu, a flash message. */
@Injectable()
export class PageRenderer {
  private readonly menu: readonly MenuEntry[];
  private readonly assets: object;

  constructor(
    private readonly templates: Templates,
    private readonly csrf: CsrfTokens,
    private readonly flashes: FlashMessages,
    features: Features,
    assets: Assets,
  ) {
    this.menu = features.all.flatMap(({ site }) => site?.menu ?? []);
    const [css, js, icon] = ['site.css', 'site.js', 'icon.svg'].map((name) => assets.url(name));
    const passkeys = assets.url('passkeys.js');
    this.assets = { css, js, icon, passkeys, strength: assets.bundleUrl('strength.js') };
  }

  /** Sends a page as the answer. @returns its HTML */
  page({ template, values, status }: View, request: FastifyRequest, reply: FastifyReply): string {
    void reply.code(status).headers(PAGE_HEADERS);
    const account = request.user?.user ?? null;
    return this.templates.render(template, {
      account,
      assets: this.assets,
      csrf: this.csrf.issue(request, reply),
      flash: this.flashes.take(request, reply),
      isAdmin: account?.roles.includes('admin') ?? false,
      menu: this.menuFor(account),
      path: request.url.split('?', 1)[0],
      requestId: request.id,
      ...values,
    });
  }

  /** Sends the browser to another page. @returns an empty body */
  redirect({ to, flash }: Redirect, reply: FastifyReply): string {
    if (flash) this.flashes.add(reply, flash);
    void reply.code(303).header('location', to);
    return '';
  }

  private menuFor(account: { roles: readonly string[] } | null): readonly MenuEntry[] {
    const audiences = account
      ? ['accounts', ...(account.roles.includes('admin') ? ['administrators'] : [])]
      : ['visitors'];
    return this.menu.filter(({ audience }) => audiences.includes(audience));
  }
}
