import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { MARKS } from '../../platform/openapi/operation';
import { DeviceTokens } from './device-tokens.service';

/** What a handler answers that has let a user in, or has not after all. */
interface LetIn {
  user?: { id: string };
}

@Injectable()
class DeviceTokenInterceptor implements NestInterceptor<LetIn, LetIn> {
  constructor(private readonly devices: DeviceTokens) {}

  intercept(context: ExecutionContext, next: CallHandler<LetIn>): Observable<LetIn> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const give = ({ user }: LetIn) => {
      if (!user) return;
      // Who did not log in was registered just now, with the first version of the credentials.
      const credentialVersion = request.verifiedUser?.user.credentialVersion ?? 0;
      this.devices.give(request, http.getResponse<FastifyReply>(), { id: user.id, credentialVersion });
    };
    return next.handle().pipe(tap(give));
  }
}

@Injectable()
class RenewedTokenInterceptor implements NestInterceptor {
  constructor(private readonly devices: DeviceTokens) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const renew = () => {
      if (request.user) this.devices.renew(request, http.getResponse<FastifyReply>(), request.user.user);
    };
    return next.handle().pipe(tap(renew));
  }
}

/**
 * The handler lets a user in and answers `{ user: { id } }`: the device is known from then on, by a token in
 * `X-Device-Token` and in a cookie. It is good for this account, its present credentials and a year, and admits no one by
 * itself.
 */
export const GivesDeviceToken = () =>
  applyDecorators(UseInterceptors(DeviceTokenInterceptor), ApiExtension(MARKS.deviceToken, 'given'));

/** The handler changes the caller's password, which ends every device token: a device that is known gets a new one. */
export const RenewsDeviceToken = () =>
  applyDecorators(UseInterceptors(RenewedTokenInterceptor), ApiExtension(MARKS.deviceToken, 'renewed'));
