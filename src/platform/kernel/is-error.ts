import { isNativeError } from 'node:util/types';

/** Whether it is an error, also one of another realm (native modules) or made without the built-in constructor (Fastify's). */
export const isError = (value: unknown): value is Error => isNativeError(value) || value instanceof Error;
