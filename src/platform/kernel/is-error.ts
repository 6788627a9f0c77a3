import { isNativeError } from 'node:util/types';

/**
 * Whether the value is an error, including one from another realm (native modules) or created without the built-in
 * constructor (Fastify's).
 */
export const isError = (value: unknown): value is Error => isNativeError(value) || value instanceof Error;
