import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientInfoOf } from '../../../platform/http/client/client-info';
import type { User } from '../../../users/user.entity';
import { DeviceTokens } from '../../devices/device-tokens.service';
import { type HashRequester, stranger } from '../hashing/hash-requester';
import { CredentialsService, type VerifiedCredentials } from './credentials.service';

/** Checks the name and password of a request that logs in. The route is limited by `@RateLimit(LOGIN)`. */
@Injectable()
export class PasswordLogin {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly devices: DeviceTokens,
  ) {}

  /** @param login username or email @throws DomainError as `CredentialsService.check` */
  check(request: FastifyRequest, login: string, password: string): Promise<VerifiedCredentials> {
    const requesterFor = (user: User | null) => this.requester(request, user);
    const from = { client: clientInfoOf(request), requesterFor, named: request.loginCandidate };
    return this.credentials.check(login, password, from);
  }

  /** Recognizes the device before the hash is queued, because known devices have priority. */
  private requester(request: FastifyRequest, user: User | null): HashRequester {
    const device = this.devices.recognizeLogin(request, user ?? undefined);
    const account = device === undefined ? null : (user?.id ?? null);
    return { ...stranger(clientInfoOf(request)), account, isGone: () => request.socket.destroyed };
  }
}
