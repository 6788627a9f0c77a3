import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { urlHost } from '../addresses/ip-address';
import { ServerConfig } from '../config/server.config';

/** Addresses to listen on that a person on the same machine reaches as `localhost`. */
const LOCALHOST: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '::']);

/** The address at which this program is reached as far as it can tell itself: without a proxy in front. */
@Injectable()
export class OwnAddress {
  constructor(
    private readonly config: ServerConfig,
    @Inject(HttpAdapterHost) private readonly host: { readonly httpAdapter?: FastifyAdapter },
  ) {}

  /** `http://HOST:PORT`, without a slash at its end. The port is the one that was taken, or before that the configured one. */
  get url(): string {
    const { host } = this.config;
    const name = LOCALHOST.has(host) ? 'localhost' : host;
    return `http://${urlHost(name)}:${this.port}`;
  }

  private get port(): number {
    // A command has no adapter, and a server that does not listen yet has no address.
    const address = this.host.httpAdapter?.getInstance().server.address() ?? null;
    return address === null || typeof address === 'string' ? this.config.port : address.port;
  }
}
