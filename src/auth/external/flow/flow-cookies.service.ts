import { fastifyCookie } from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { Keyring } from '../../../platform/config/keyring';
import { ServerConfig } from '../../../platform/config/server.config';
import { Clock } from '../../../platform/kernel/clock.service';
import { invalidExternalSignIn } from '../providers/provider-errors';
import type { ExternalFlow } from './external-flow';

const NAME = 'latchkey-external';
const PURPOSE = 'external-sign-in-cookie';

/** Lifetime of the cookie in seconds: of the sign-in at the provider, of its result, and of a code in a mail. */
const TTL = 1800;

/** Hosts on which a developer runs the program without TLS. */
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * The cookie that binds a sign-in to the browser that started it. It is encrypted (JWE, AES-256-GCM) under a key of the
 * keyring, because it contains the PKCE verifier. One browser has one sign-in at a time: the latest.
 */
@Injectable()
export class FlowCookies {
  constructor(
    private readonly keyring: Keyring,
    private readonly config: ServerConfig,
    private readonly clock: Clock,
  ) {}

  /** Has the browser hold a sign-in. */
  async set(reply: FastifyReply, flow: ExternalFlow): Promise<void> {
    const { id, key } = this.keyring.signing(PURPOSE);
    const value = await new EncryptJWT({ flow })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id })
      .setExpirationTime(new Date(this.clock.now() + TTL * 1000))
      .encrypt(key);
    const secure = !this.isPlain(reply.request);
    const options = { httpOnly: true, maxAge: TTL, path: '/', sameSite: 'lax', secure } as const;
    reply.header('set-cookie', fastifyCookie.serialize(this.nameFor(reply.request), value, options));
  }

  /** The sign-in that the browser holds. @throws DomainError `invalid_external_sign_in` when it holds none */
  async get(request: FastifyRequest): Promise<ExternalFlow> {
    const cookies = fastifyCookie.parse(request.headers.cookie ?? '');
    const sealed = cookies[this.nameFor(request)];
    if (sealed === undefined) throw invalidExternalSignIn();
    try {
      const { payload } = await jwtDecrypt<{ flow: ExternalFlow }>(sealed, ({ kid }) => this.keyOf(kid), {
        contentEncryptionAlgorithms: ['A256GCM'],
        keyManagementAlgorithms: ['dir'],
        currentDate: new Date(this.clock.now()),
      });
      return payload.flow;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalidExternalSignIn(error);
      throw error;
    }
  }

  private keyOf(kid: string | undefined) {
    const found = this.keyring.all(PURPOSE).find(({ id }) => id === kid);
    if (!found) throw new errors.JWEInvalid('It was encrypted under no key of ours');
    return found.key;
  }

  private nameFor(request: FastifyRequest): string {
    return this.isPlain(request) ? NAME : `__Host-${NAME}`;
  }

  private isPlain({ protocol, host }: FastifyRequest): boolean {
    return !this.config.isProduction && protocol === 'http' && LOCAL_HOST.test(host);
  }
}
