import { Injectable } from '@nestjs/common';
import { MailConfig } from '../config/mail.config';
import { OwnAddress } from '../http/own-address.service';

/** The base URL of links in messages: `LINK_BASE_URL`, or the server's own address. */
@Injectable()
export class LinkBase {
  /** Whether `LINK_BASE_URL` was given. */
  readonly isConfigured: boolean;

  constructor(
    private readonly config: MailConfig,
    private readonly ownAddress: OwnAddress,
  ) {
    this.isConfigured = config.linkBaseUrl !== undefined;
  }

  /**
   * The base URL, without a trailing slash. Read it when a link is built: a free port is known only after listening.
   */
  get url(): string {
    return this.config.linkBaseUrl ?? this.ownAddress.url;
  }
}
