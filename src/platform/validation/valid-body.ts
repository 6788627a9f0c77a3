import type { ExecutionContext, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import { RequestValidationPipe } from './request-validation.pipe';

/** Nest's metadata for the parameters of a handler, by kind and index. */
type Parameters = Record<string, { index: number; data?: unknown }>;

const pipe = new RequestValidationPipe();

/**
 * Validates the body of a request in a guard, before its own work, by the class of the handler's `@Body()`. Does
 * nothing for a handler without one.
 * @throws DomainError `validation_failed`, as the handler's pipe would
 */
export async function assertValidBody(context: ExecutionContext): Promise<void> {
  const metatype = bodyTypeOf(context);
  if (metatype) await pipe.validateEarly(context.switchToHttp().getRequest<FastifyRequest>().body, metatype);
}

function bodyTypeOf(context: ExecutionContext): Type | undefined {
  const controller = context.getClass<object>();
  const { name } = context.getHandler();
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as Parameters | undefined;
  const prototype = controller.prototype as object;
  const types = Reflect.getMetadata('design:paramtypes', prototype, name) as Type[] | undefined;
  const isBody = ([kind, { data }]: [string, { data?: unknown }]) =>
    kind.startsWith(`${RouteParamtypes.BODY}:`) && data === undefined;
  const [, body] = Object.entries(parameters ?? {}).find(isBody) ?? [];
  return body && types?.[body.index];
}
