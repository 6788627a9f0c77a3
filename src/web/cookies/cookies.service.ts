import { fastifyCookie } from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerConfig } from '../../platform/config/server.config';

declare module 'fastify' {
  interface FastifyRequest {
    /** The cookies of a request to a page, once they were read, and those that its answer sets. */
    siteCookies?: Readonly<Record<string, string | undefined>>;
  }
}

/** Hosts on which a developer runs the program without TLS. */
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * The cookies of pages: `HttpOnly`, `SameSite=Lax`, for this host alone and over TLS alone (`__Host-`, `Secure`; ASVS 3.3.1
 * to 3.3.4). On localhost without TLS, outside production, they do without the last two.
 */
@Injectable()
export class Cookies {
  constructor(private readonly config: ServerConfig) {}

  /** @param name without the prefix */
  get(request: FastifyRequest, name: string): string | undefined {
    request.siteCookies ??= fastifyCookie.parse(request.headers.cookie ?? '');
    return request.siteCookies[this.nameFor(request, name)];
  }

  /** @param name without the prefix @param maxAge in seconds; left out for a cookie that ends with the browser */
  set(reply: FastifyReply, name: string, value: string, maxAge?: number): void {
    const { request } = reply;
    const fullName = this.nameFor(request, name);
    const secure = !this.isPlain(request);
    const options = {
      httpOnly: true,
      path: '/',
      sameSite: 'lax',
      secure,
      ...(maxAge !== undefined && { maxAge }),
    } as const;
    reply.header('set-cookie', fastifyCookie.serialize(fullName, value, options));
    request.siteCookies = { ...request.siteCookies, [fullName]: value };
  }

  /** Has the browser forget a cookie that it sent. @param name without the prefix */
  clear(reply: FastifyReply, name: string): void {
    if (this.get(reply.request, name) !== undefined) this.set(reply, name, '', 0);
  }

  private nameFor(request: FastifyRequest, name: string): string {
    return this.isPlain(request) ? name : `__Host-${name}`;
  }

  private isPlain({ protocol, host }: FastifyRequest): boolean {
    return !this.config.isProduction && protocol === 'http' && LOCAL_HOST.test(host);
  }
}
