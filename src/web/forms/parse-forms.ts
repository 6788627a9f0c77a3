import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, preParsingHookHandler } from 'fastify';
import { isApiAddress } from '../../platform/http/api-version';
import { DomainError } from '../../platform/problems/domain-error';

/** Most fields of a form. */
const MAX_FIELDS = 200;

/** What a form sent: text by name, or a list where a name came several times. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

const TYPE = 'application/x-www-form-urlencoded';

/** Reads `application/x-www-form-urlencoded` for pages, and nothing else. The API still takes JSON alone (415). */
export function parseForms(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!isApiAddress(route.url)) route.preParsing = refuseOtherTypes;
  });
  fastify.addContentTypeParser<Buffer>(TYPE, { parseAs: 'buffer' }, (request, body, done) => {
    if (isApiAddress(request.routeOptions.url ?? request.originalUrl)) {
      done(new DomainError('unsupported_media_type', 'Send the body as application/json.'));
      return;
    }
    const pairs = isUtf8(body) ? new URLSearchParams(body.toString()) : null;
    if (pairs && pairs.size <= MAX_FIELDS) done(null, fieldsOf(pairs));
    else done(new DomainError('malformed_body', 'The form cannot be read.'));
  });
}

const refuseOtherTypes: preParsingHookHandler = (request, _reply, payload, done) => {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? TYPE;
  // Nothing is read of these.
  const isBodiless = request.method === 'GET' || request.method === 'HEAD';
  if (type === TYPE || isBodiless) done(null, payload);
  else done(new DomainError('unsupported_media_type', `Send the form as ${TYPE}.`));
};

function fieldsOf(pairs: URLSearchParams): FormFields {
  const names = [...new Set(pairs.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const [first = '', ...others] = pairs.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}
