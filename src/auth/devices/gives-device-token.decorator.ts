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
import { MARKS } from '../../openapi/operation';
import { DeviceTokens } from './device-tokens';

/** What a handler answers that has let somebody in, or has not after all. */
interface LetIn {
  user?: { id: string };
}

@Injectable()
class DeviceTokenInterceptor implements NestInterceptor<LetIn, LetIn> {
  constructor(private readonly devices: DeviceTokens) {}

  intercept(context: ExecutionContext, next: CallHandler<LetIn>): Observable<LetIn> {
    const http = context.switchToHttp();
    const give = ({ user }: LetIn) => {
      if (user) this.devices.give(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), user.id);
    };
    return next.handle().pipe(tap(give));
  }
}

/**
 * The handler lets somebody in and answers `{ user: { id } }`: their device is known from then on, by a token in
 * `X-Device-Token` and in a cookie. It is good for this account and a year, and lets nobody in by itself.
 */
export const GivesDeviceToken = () =>
  applyDecorators(UseInterceptors(DeviceTokenInterceptor), ApiExtension(MARKS.deviceToken, true));
