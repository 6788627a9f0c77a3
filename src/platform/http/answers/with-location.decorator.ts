import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../../openapi/operation';
import { LocationInterceptor } from './location.interceptor';

/** The handler creates the row that it returns: `Location` gets its address (RFC 9110, 15.3.2). */
export const WithLocation = () =>
  applyDecorators(UseInterceptors(LocationInterceptor), ApiExtension(MARKS.location, true));
