import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/** Sets `Location` to the address of the row that the handler created (RFC 9110, 15.3.2). */
@Injectable()
export class LocationInterceptor implements NestInterceptor<{ id: string }, { id: string }> {
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
