import { Injectable } from '@nestjs/common';
import { MailConfig } from '../config/mail.config';
import { OwnAddress } from '../http/own-address.service';

/** Where the links in messages lead: `LINK_BASE_URL`, or else the program's own address. */
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

  /** The base URL, without a slash at its end. Ask for it when a link is made: a free port is known only after the start. */
  get url(): string {
    return this.config.linkBaseUrl ?? this.ownAddress.url;
  }
}
