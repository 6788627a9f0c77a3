import { Tokens } from '@fastify/csrf';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Keyring } from '../../platform/config/keyring';
import { Cookies } from './cookies.service';

const COOKIE = 'latchkey-csrf';

/**
 * Tokens that only a page of this site can put into its forms (double-submit cookie with an HMAC, bound to the session; OWASP
 * CSRF Prevention Cheat Sheet).
 */
@Injectable()
export class CsrfTokens {
  private readonly tokens;

  constructor(
    keyring: Keyring,
    private readonly cookies: Cookies,
  ) {
    this.tokens = new Tokens({ userInfo: true, hmacKey: keyring.signing('csrf').key.export() });
  }

  /** A token for the forms of a page, and the cookie that it belongs to, where the browser has none yet. */
  issue(request: FastifyRequest, reply: FastifyReply): string {
    let secret = this.cookies.get(request, COOKIE);
    if (secret === undefined || secret === '') {
      secret = this.tokens.secretSync();
      this.cookies.set(reply, COOKIE, secret);
    }
    return this.tokens.create(secret, sessionOf(request));
  }

  /** Whether a form was filled in on a page of this site, in the same browser and session. */
  isValid(request: FastifyRequest, token: string): boolean {
    const secret = this.cookies.get(request, COOKIE);
    return secret !== undefined && secret !== '' && this.tokens.verify(secret, token, sessionOf(request));
  }
}

// Without a text, the library takes no token for a good one.
const sessionOf = ({ user }: FastifyRequest): string => user?.sessionId ?? 'visitor';
