import { Injectable } from '@nestjs/common';
import { Features } from '../../platform/features/features.service';
import type { OneTimePurpose } from './one-time-token.entity';

/** What a link is good for, as a feature registers it. */
export interface LinkPurpose {
  /** For how long the link is good, in milliseconds. */
  readonly lifetimeMs: number;
  /** The page that it leads to: the path behind LINK_BASE_URL. */
  readonly page: string;
  /**
   * For a link that must not outlive the account's credentials: the mail that carries it. Both are taken back when the
   * credentials change. Left out for a link that stays good.
   */
  readonly revokedWithMail?: string;
}

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /** What mailed links may be good for. */
    readonly linkPurposes?: { readonly [P in OneTimePurpose]?: LinkPurpose };
  }
}

/** What links may be good for, of all features. */
@Injectable()
export class LinkPurposes {
  /** The links that are revoked when the credentials of an account change, and the mails that carry them. */
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
