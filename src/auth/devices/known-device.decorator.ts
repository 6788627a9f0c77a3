import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Tells a handler whether the device has logged in before to the account that the request is about. */
export const IsKnownDevice = createParamDecorator(
  (_: unknown, context: ExecutionContext): boolean =>
    context.switchToHttp().getRequest<FastifyRequest>().knownDevice !== undefined,
);
