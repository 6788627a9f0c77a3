import { mark, type Operation } from './operation';
import { isReference, modernize, nameOf, type Schema } from './schemas';

type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;

const isResponse = (response: Operation['responses'][string]): response is Response =>
  response !== undefined && 'description' in response;

/** Describes each success response: the docstring of the returned class, and the headers that decorators set. */
export function describeSuccesses(operation: Operation, schemas: Record<string, Schema>): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!status.startsWith('2') || !isResponse(response)) continue;
    const contents = Object.values(response.content ?? {}).flatMap(({ schema }) => schema ?? []);
    response.description ||= describe(status, contents, schemas);
    contents.forEach(modernize);
    const headers = headersOf(operation, status);
    if (headers) response.headers = { ...response.headers, ...headers };
  }
}

function describe(status: string, contents: Schema[], schemas: Record<string, Schema>): string {
  const [content] = contents;
  const schema = isReference(content) ? schemas[nameOf(content)] : content;
  const described = schema && !isReference(schema) && schema.description;
  if (described) return described;
  return status === '202' ? 'Accepted; the response has no body.' : 'Done; the response has no body.';
}

function headersOf(operation: Operation, status: string): Response['headers'] {
  const schema = { type: 'string' };
  const location = { description: 'The address of the created resource.', required: true, schema };
  // A registration that still needs verification gets no token.
  const deviceToken = status === '202' ? undefined : DEVICE_TOKEN_HEADERS.get(mark(operation, 'deviceToken'));
  const headers = {
    ...(mark(operation, 'location') === true && status === '201' && { Location: location }),
    ...(deviceToken && { 'X-Device-Token': { ...deviceToken, schema } }),
  };
  return Object.keys(headers).length > 0 ? headers : undefined;
}

/** The description of the header, by what the decorator of the operation does with the token. */
const DEVICE_TOKEN_HEADERS = new Map<unknown, { description: string; required: boolean }>([
  [
    'given',
    {
      description:
        'Makes this device known: send it with later logins, so that others who guess the password cannot lock the device out.',
      required: true,
    },
  ],
  [
    'renewed',
    { description: 'The next token for a known device, whose previous token is now revoked.', required: false },
  ],
]);
