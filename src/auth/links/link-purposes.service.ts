import { Injectable } from '@nestjs/common';
import { Features } from '../../platform/features/features.service';
import type { OneTimePurpose } from './one-time-token.entity';

/** The purpose of a link in a feature definition. */
export interface LinkPurpose {
  /** Lifetime of the link, in milliseconds. */
  readonly lifetimeMs: number;
  /** The page that it leads to: the path below LINK_BASE_URL. */
  readonly page: string;
  /**
   * For a link that must not outlive the account's credentials: the mail that contains it. Both are revoked when the
   * credentials change. Left out for a link that stays valid.
   */
  readonly revokedWithMail?: string;
}

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** The purposes of mailed links. */
    readonly linkPurposes?: { readonly [P in OneTimePurpose]?: LinkPurpose };
  }
}

/** The link purposes of all features. */
@Injectable()
export class LinkPurposes {
  /** The links that are revoked when the credentials of an account change, and the mails that contain them. */
  readonly revocable: { purposes: OneTimePurpose[]; templates: string[] };
  private readonly all: ReadonlyMap<string, LinkPurpose>;

  constructor(features: Features) {
    this.all = features.named(({ linkPurposes }) => linkPurposes);
    const revocable = [...this.all].filter(([, { revokedWithMail }]) => revokedWithMail !== undefined);
    this.revocable = {
      purposes: revocable.map(([purpose]) => purpose as OneTimePurpose),
      templates: revocable.flatMap(([, { revokedWithMail = [] }]) => revokedWithMail),
    };
  }

  /** @throws TypeError when no feature registers it */
  of(purpose: OneTimePurpose): LinkPurpose {
    const found = this.all.get(purpose);
    if (!found) throw new TypeError(`No feature registers the link purpose ${purpose}`);
    return found;
  }
}
