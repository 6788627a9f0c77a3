import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../problems/domain-error';
import { EXCESS_MESSAGES, MAX_LEVELS, MAX_VALUES, validationFailed } from '../../validation/request-validation.pipe';
import { findExcess } from './json-bounds';

/**
 * JSON is the only media type, and it is UTF-8 (RFC 8259, 8.1). An empty body counts as missing, because some clients
 * send `Content-Type: application/json` with every request. JSON that nests too deeply or has too many values is not
 * parsed at all.
 */
export function parseJsonOnly(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    if (!isUtf8(body)) {
      done(malformed());
      return;
    }
    const excess = findExcess(body, { levels: MAX_LEVELS, values: MAX_VALUES });
    if (excess) {
      done(validationFailed([{ pointer: '', message: EXCESS_MESSAGES[excess] }]));
    } else {
      // Fastify's own parser refuses prototype pollution; it reports by callback only.
      void parseJson(request, body.toString(), (error, value) => done(error ? malformed(error) : null, value));
    }
  });
}

const malformed = (cause?: unknown) =>
  new DomainError('malformed_body', 'The body is not well-formed JSON in UTF-8.', { cause });
