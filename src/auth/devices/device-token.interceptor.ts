import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable, tap } from 'rxjs';
import { UsersService } from '../../users/users.service';
import { DeviceTokens } from './device-tokens.service';

/** The response of a sign-in; without a user when none was signed in. */
interface SignInResponse {
  user?: { id: string };
}

/** Gives the device of a sign-in its token. Applied by `@GivesDeviceToken()`. */
@Injectable()
export class DeviceTokenInterceptor implements NestInterceptor<SignInResponse, SignInResponse> {
  constructor(
    private readonly devices: DeviceTokens,
    private readonly users: UsersService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<SignInResponse>): Observable<SignInResponse> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const give = async (response: SignInResponse) => {
      const reply = http.getResponse<FastifyReply>();
      const owner = response.user && (await this.ownerOf(request, reply, response.user.id));
      if (owner) this.devices.give(request, reply, owner);
      return response;
    };
    return next.handle().pipe(mergeMap(give));
  }

  private ownerOf({ deviceOwner }: FastifyRequest, { statusCode }: FastifyReply, id: string) {
    if (deviceOwner?.id === id) return deviceOwner;
    // A new account has the first version of its credentials.
    return statusCode === 201 ? { id, credentialVersion: 0 } : this.users.findById(id);
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
