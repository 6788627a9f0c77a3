import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../openapi/operation';

/** Metadata key of routes that need no authentication. */
export const IS_PUBLIC = Symbol('IS_PUBLIC');

/** Opens a route to unauthenticated clients. Without it, a route answers 401 to requests without an access token. */
export const Public = () => applyDecorators(SetMetadata(IS_PUBLIC, true), ApiExtension(MARKS.public, true));
