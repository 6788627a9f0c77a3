import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { GivesDeviceToken } from '../devices/gives-device-token.decorator';
import { AuthResponseDto } from './dto/auth-response.dto';
import { ChallengeDto } from './dto/challenge.dto';

/** 202 for a challenge. */
class ChallengeInterceptor implements NestInterceptor<AuthResponseDto | ChallengeDto> {
  intercept(
    context: ExecutionContext,
    next: CallHandler<AuthResponseDto | ChallengeDto>,
  ): Observable<AuthResponseDto | ChallengeDto> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap((response) => {
        if ('challengeToken' in response) void reply.status(202);
      }),
    );
  }
}

/** The handler signs a user in; it also has `@HttpCode(200)`, which the OpenAPI plugin reads from the method itself: 200 with the tokens of a session, or 202 with a challenge for a second factor. */
export const SignsIn = () =>
  applyDecorators(
    UseInterceptors(new ChallengeInterceptor()),
    GivesDeviceToken(),
    ApiExtraModels(ChallengeDto),
    ApiResponse({ status: 200, type: AuthResponseDto }),
    ApiResponse({ status: 202, type: ChallengeDto, description: 'The account needs a second factor.' }),
  );
