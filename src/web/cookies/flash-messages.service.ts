import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Keyring } from '../../platform/config/keyring';
import { TokenSigner } from '../../platform/signing/token-signer';
import { Cookies } from './cookies.service';

/** A message that is shown once, on the next page. */
export interface FlashMessage {
  /** A CSS class: `message`, `success`, `warning`, `error`, or one of a template's own. */
  readonly category: string;
  readonly text: string;
}

const COOKIE = 'latchkey-flash';

/** How long a message waits for a page, in seconds. */
const LIFETIME = 300;

/** Messages that survive one redirect, in a signed cookie: the server keeps nothing, and only it can make one. */
@Injectable()
export class FlashMessages {
  private readonly signer: TokenSigner;

  constructor(
    keyring: Keyring,
    private readonly cookies: Cookies,
  ) {
    this.signer = new TokenSigner(keyring, { purpose: 'flash' });
  }

  /** Has the next page show a message. */
  add(reply: FastifyReply, { category, text }: FlashMessage): void {
    const content = Buffer.from(JSON.stringify([category, text]));
    this.cookies.set(reply, COOKIE, this.signer.sign(content), LIFETIME);
  }

  /** The message that waits, if any; it is not shown again. */
  take(request: FastifyRequest, reply: FastifyReply): FlashMessage | null {
    const content = this.signer.verify(this.cookies.get(request, COOKIE) ?? '');
    this.cookies.clear(reply, COOKIE);
    if (!content) return null;
    const [category, text] = JSON.parse(content.toString()) as [string, string];
    return { category, text };
  }
}
