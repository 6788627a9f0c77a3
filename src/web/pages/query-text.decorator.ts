import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Hands a parameter of the address to the handler of a page: `show(@QueryText('next') next: string)`; empty where there is none. */
export const QueryText = createParamDecorator((name: string, context: ExecutionContext): string => {
  const value: unknown = Reflect.get(Object(context.switchToHttp().getRequest<FastifyRequest>().query), name);
  return typeof value === 'string' ? value : '';
});
