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
import { map, type Observable } from 'rxjs';
import { MARKS } from '../../openapi/operation';

@Injectable()
class LocationInterceptor implements NestInterceptor<{ id: string }, { id: string }> {
  intercept(context: ExecutionContext, next: CallHandler<{ id: string }>): Observable<{ id: string }> {
    const http = context.switchToHttp();
    const [path] = http.getRequest<FastifyRequest>().url.split('?', 1);
    return next.handle().pipe(
      map((created) => {
        http.getResponse<FastifyReply>().header('location', `${path}/${created.id}`);
        return created;
      }),
    );
  }
}

/** The handler made the row that it returns: its address goes into `Location` (RFC 9110, 15.3.2). */
export const WithLocation = () =>
  applyDecorators(UseInterceptors(LocationInterceptor), ApiExtension(MARKS.location, true));
