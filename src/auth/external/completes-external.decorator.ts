import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';
import type { AuthResponseDto } from '../sign-in/dto/auth-response.dto';
import { ChallengeDto } from '../sign-in/dto/challenge.dto';
import { SignsIn } from '../sign-in/signs-in.decorator';
import { ExternalPendingDto } from './dto/external-outcome.dto';

/** What a sign-in with a provider leads to. */
export type ExternalOutcome = AuthResponseDto | ChallengeDto | ExternalPendingDto;

/** 202 for everything but a session. */
class UnfinishedInterceptor implements NestInterceptor<ExternalOutcome> {
  intercept(context: ExecutionContext, next: CallHandler<ExternalOutcome>): Observable<ExternalOutcome> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap((outcome) => {
        if ('status' in outcome) void reply.status(202);
      }),
    );
  }
}

/** The handler continues a sign-in with a provider: 200 with a session, or 202 with what is still needed. */
export const CompletesExternal = () =>
  applyDecorators(
    SignsIn(),
    UseInterceptors(new UnfinishedInterceptor()),
    ApiExtraModels(ExternalPendingDto),
    ApiResponse({
      status: 202,
      schema: { oneOf: [ChallengeDto, ExternalPendingDto].map((Dto) => ({ $ref: getSchemaPath(Dto) })) },
      description: 'Or a link is needed, or an address.',
    }),
  );
