import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { urlHost } from '../addresses/ip-address';
import { ServerConfig } from '../config/server.config';

/** Listen addresses that are reachable as `localhost` on the same machine. */
const LOCALHOST: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '::']);

/** The server's own address, ignoring any proxy in front. */
@Injectable()
export class OwnAddress {
  constructor(
    private readonly config: ServerConfig,
    @Inject(HttpAdapterHost) private readonly host: { readonly httpAdapter?: FastifyAdapter },
  ) {}

  /**
   * `http://HOST:PORT`, without a trailing slash. The port is the one in use, or before listening the configured one.
   */
  get url(): string {
    const { host } = this.config;
    const name = LOCALHOST.has(host) ? 'localhost' : host;
    return `http://${urlHost(name)}:${this.port}`;
  }

  private get port(): number {
    // A command has no adapter, and a server has no address before it listens.
    const address = this.host.httpAdapter?.getInstance().server.address() ?? null;
    return address === null || typeof address === 'string' ? this.config.port : address.port;
  }
}
