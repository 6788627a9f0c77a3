import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { DeviceTokens } from './device-tokens.service';

/** The response of a sign-in; without a user when none was signed in. */
interface SignInResponse {
  user?: { id: string };
}

/** Gives the device of a sign-in its token. Applied by `@GivesDeviceToken()`. */
@Injectable()
export class DeviceTokenInterceptor implements NestInterceptor<SignInResponse, SignInResponse> {
  constructor(private readonly devices: DeviceTokens) {}

  intercept(context: ExecutionContext, next: CallHandler<SignInResponse>): Observable<SignInResponse> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const give = ({ user }: SignInResponse) => {
      if (!user) return;
      // Without a login, the account was just registered and has the first version of its credentials.
      const credentialVersion = request.verifiedUser?.user.credentialVersion ?? 0;
      this.devices.give(request, http.getResponse<FastifyReply>(), { id: user.id, credentialVersion });
    };
    return next.handle().pipe(tap(give));
  }
}

/** Gives a known device a new token. Applied by `@RenewsDeviceToken()`. */
@Injectable()
export class RenewedDeviceTokenInterceptor implements NestInterceptor {
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
