import { Injectable } from '@nestjs/common';
import { ExternalConfig } from '../../../platform/config/sign-in/external.config';
import { LinkBase } from '../../../platform/mail/link-base.service';
import { DomainError } from '../../../platform/problems/domain-error';

/** What browsers drop or read as something else: white space, control and other invisible characters, backslashes. */
const SUSPICIOUS = /[\p{C}\p{Z}\\]/u;

/** A path of the site, or an absolute URL. */
const FORM = /^(?:\/(?!\/)|https?:\/\/[^/])/i;

/** Where a sign-in may lead back: the origin of LINK_BASE_URL and those of EXTERNAL_REDIRECT_ORIGINS. */
@Injectable()
export class RedirectTargets {
  constructor(
    private readonly config: ExternalConfig,
    private readonly linkBase: LinkBase,
  ) {}

  /**
   * The address that a client asked for, without its fragment; that of the site when it asked for none.
   * @param wanted a path of the site, or a URL with a listed origin
   * @throws DomainError `validation_failed` for any other
   */
  resolve(wanted: string | undefined): string {
    const base = this.linkBase.url;
    const url = wanted === undefined ? new URL(base) : this.parse(wanted, base);
    if (!url) {
      throw new DomainError('validation_failed', 'The request is not valid.', {
        errors: [{ pointer: '/redirectTo', message: 'must be a path of the site, or a URL with a listed origin' }],
      });
    }
    url.hash = '';
    return url.href;
  }

  private parse(wanted: string, base: string): URL | null {
    if (SUSPICIOUS.test(wanted) || !FORM.test(wanted) || !URL.canParse(wanted, base)) return null;
    const url = new URL(wanted, base);
    const isListed = [new URL(base).origin, ...this.config.redirectOrigins].includes(url.origin);
    return isListed && url.username === '' && url.password === '' ? url : null;
  }
}
