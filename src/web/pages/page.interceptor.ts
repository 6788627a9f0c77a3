import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { PageRenderer } from '../rendering/page-renderer.service';

/** Renders what the handler of a page returns. */
@Injectable()
export class PageInterceptor implements NestInterceptor<PageAnswer> {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<PageAnswer>): Observable<unknown> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    return next.handle().pipe(
      map((answer) => {
        if (answer instanceof View) return this.renderer.page(answer, request, reply);
        return answer instanceof Redirect ? this.renderer.redirect(answer, reply) : answer;
      }),
    );
  }
}
