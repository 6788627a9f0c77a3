import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../../database/database.service';
import { AppLogger } from '../../logging/app-logger.service';
import { PROBLEMS } from '../../problems/problem-codes';
import { sendProblem, toDomainError } from './send-problem';

/** Turns exceptions into problem details; logs server errors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: AppLogger,
    private readonly database: Database,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const error = toDomainError(exception, request, this.database.uniqueProperties(exception));
    // A 503 without a cause was deliberate, and clients can provoke it; its code is in the request's log line.
    const isDeliberate = exception === error && error.cause === undefined && error.code === 'overloaded';
    if (PROBLEMS.get(error.code).status >= 500 && !isDeliberate) {
      this.logger.pino.error({ requestId: request.id, err: error.cause ?? exception }, error.message);
    }
    sendProblem(error, request, http.getResponse<FastifyReply>());
  }
}
