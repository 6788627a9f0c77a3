import fc, { type Arbitrary } from 'fast-check';
import { anyCharacter } from './any-character';
import type { Contract, Operation, Parameter, Schema } from './openapi';

/** A body, as it goes over the wire. */
export interface BodyPlan {
  contentType: string | null;
  /** Text in UTF-8, or bytes that are none. */
  content: string | Uint8Array;
}

/** Who calls: the owner of the row, another account, an anonymous client, or one with this `Authorization` header. */
export type CallerPlan = 'owner' | 'stranger' | 'anonymous' | { authorization: string };

/** Which row the path names: one of the owner's own, none at all, this text as one segment, or this in place of a segment, unchanged. */
export type RowPlan = 'own' | 'missing' | { segment: string } | { raw: string };

/** One request to an operation. */
export interface RequestPlan {
  caller: CallerPlan;
  row: RowPlan;
  /** Which parameter of the path `row` stands for, modulo their number; the others name the owner's rows. */
  parameter: number;
  /** Behind the path, unchanged. */
  suffix: string;
  /** The query unchanged, without the question mark. */
  query: string;
  /** `example` is a body that is known to succeed. */
  body: 'none' | 'example' | BodyPlan;
  headers: Record<string, string>;
  /** Nothing about it is wrong, as far as the document can tell. */
  isValid: boolean;
}

/** The request that every operation must be able to answer with success. */
export const KNOWN_GOOD: RequestPlan = {
  caller: 'owner',
  row: 'own',
  parameter: 0,
  suffix: '',
  query: '',
  body: 'example',
  headers: {},
  isValid: true,
};

/** Requests to an operation, right and wrong ones. */
export function requests(contract: Contract, operation: Operation): Arbitrary<RequestPlan> {
  const valid = validRequests(contract, operation);
  const change = <K extends keyof RequestPlan>(key: K, values: Arbitrary<RequestPlan[K]>) =>
    fc.tuple(valid, values).map(([plan, value]) => ({ ...plan, [key]: value, isValid: false }));
  const hasRow = operation.path.includes('{');
  return fc.oneof(
    { weight: 6, arbitrary: valid },
    { weight: operation.body ? 8 : 2, arbitrary: change('body', wrongBodies(contract, operation)) },
    { weight: 3, arbitrary: change('caller', otherCallers) },
    { weight: 2, arbitrary: change('query', strangeQueries(operation.parameters)) },
    { weight: 1, arbitrary: change('suffix', strangeSuffixes) },
    { weight: 1, arbitrary: change('headers', strangeHeaders) },
    { weight: hasRow ? 4 : 0, arbitrary: requestsForOtherRows(valid) },
    { weight: 2, arbitrary: everythingStrange(contract, operation) },
  );
}

const requestsForOtherRows = (valid: Arbitrary<RequestPlan>): Arbitrary<RequestPlan> =>
  fc.tuple(valid, otherRows, fc.nat(5)).map(([plan, row, parameter]) => ({ ...plan, row, parameter, isValid: false }));

function validRequests(contract: Contract, operation: Operation): Arbitrary<RequestPlan> {
  const { body } = operation;
  const bodies: Arbitrary<RequestPlan['body']> = body
    ? fc.oneof(fc.constant('example' as const), validValues(contract, body.schema).map(asJson))
    : fc.constant('none' as const);
  return fc
    .tuple(validQueries(contract, operation.parameters), bodies)
    .map(([query, sent]) => ({ ...KNOWN_GOOD, query, body: sent }));
}

const everythingStrange = (contract: Contract, operation: Operation): Arbitrary<RequestPlan> =>
  fc.record({
    caller: fc.oneof(fc.constant<CallerPlan>('owner'), otherCallers),
    row: otherRows,
    parameter: fc.nat(5),
    suffix: fc.oneof(fc.constant(''), strangeSuffixes),
    query: strangeQueries(operation.parameters),
    body: wrongBodies(contract, operation),
    headers: strangeHeaders,
    isValid: fc.constant(false),
  });

const asJson = (value: unknown): BodyPlan => ({ contentType: 'application/json', content: JSON.stringify(value) });

/** Values that a schema allows. Text that no JSON API takes (a NUL, white space that is trimmed away) is left out. */
export function validValues(contract: Contract, given: Schema): Arbitrary<unknown> {
  const schema = contract.resolve(given);
  const values = (of: Schema) => validValues(contract, of);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => values({ ...schema, type })));
  if (schema.type === 'null') return fc.constant(null);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const [only, ...more] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (only) return schema.allOf ? values(only) : fc.oneof(values(only), ...more.map(values));
  switch (schema.type) {
    case 'string':
      return texts(schema);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000_000, max: schema.maximum ?? 1_000_000 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'array': {
      const items = values(schema.items ?? { type: 'string' });
      const bounds = { minLength: schema.minItems ?? 0, maxLength: schema.maxItems ?? 10 };
      return schema.uniqueItems ? fc.uniqueArray(items, bounds) : fc.array(items, bounds);
    }
    case 'object':
      return objects(contract, schema);
    default:
      throw new Error(`No arbitrary for ${JSON.stringify(schema)}`);
  }
}

function objects(contract: Contract, { properties = {}, required = [] }: Schema): Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, validValues(contract, schema)]),
  );
  return fc.record(model, { requiredKeys: required });
}

/** JSON Schema counts code points. */
const codePoints = (text: string) => Array.from(text).length;

/** RFC 3339 has no other years. */
const FOUR_DIGIT_YEARS = { min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z') };

const FORMATS: Record<string, () => Arbitrary<string>> = {
  email: () => fc.emailAddress(),
  uuid: () => fc.uuid(),
  date: () => fc.date({ ...FOUR_DIGIT_YEARS, noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  'date-time': () => fc.date({ ...FOUR_DIGIT_YEARS, noInvalidDate: true }).map((date) => date.toISOString()),
  uri: () => fc.webUrl(),
  password: () => anyText(0, 1000),
};

function texts({ format, pattern, minLength = 0, maxLength = 1000 }: Schema): Arbitrary<string> {
  const formatted = format === undefined ? undefined : FORMATS[format];
  if (format !== undefined && !formatted) throw new Error(`No arbitrary for the format ${format}`);
  const source = formatted?.() ?? (pattern === undefined ? undefined : fc.stringMatching(new RegExp(pattern)));
  if (!source) return anyText(minLength, maxLength);
  const isMatch = (text: string) => pattern === undefined || new RegExp(pattern).test(text);
  return source.filter((text) => isMatch(text) && codePoints(text) >= minLength && codePoints(text) <= maxLength);
}

/** Any Unicode, and now and then exactly as little or as much as is allowed. */
function anyText(minLength: number, maxLength: number): Arbitrary<string> {
  const bounds = fc
    .tuple(fc.constantFrom('x', 'é', '😀', '\u{10FFFF}'), fc.constantFrom(minLength, maxLength))
    .map(([character, count]) => character.repeat(count));
  const unicode = fc
    .string({ unit: anyCharacter, minLength, maxLength })
    .filter((text) => !text.includes('\0') && text.trim() === text);
  return fc.oneof({ weight: 5, arbitrary: unicode }, { weight: 1, arbitrary: bounds });
}

/** Parameters that only the program itself can make; any other value of them is refused. */
const OPAQUE = new Set(['cursor']);

function validQueries(contract: Contract, parameters: readonly Parameter[]): Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query' && !OPAQUE.has(parameter.name));
  const model = Object.fromEntries(known.map(({ name, schema }) => [name, validValues(contract, schema)]));
  const required = known.filter((parameter) => parameter.required).map(({ name }) => name);
  return fc.record(model, { requiredKeys: required }).map((query) =>
    Object.entries(query)
      .map((entry) => entry.map(String).map(encoded).join('='))
      .join('&'),
  );
}

/** Names that are more than names to careless programs. */
const HOSTILE_NAMES = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'then'],
  ...['toJSON', 'length', '', '0', '$where', 'id', 'authorId', 'ownerId', 'roles', 'isActive', 'emailVerified'],
];

const names = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter }) },
);

/** Encodes what encodeURIComponent refuses, too. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

/** Printable characters and Latin-1, as they stand in the first line of a request. */
const rawAddressText = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Array.from('%/?&=#;.\\+~[]{}"<>|^`@:0123456789abcdefABCDEF')) },
    { weight: 1, arbitrary: fc.constantFrom('é', 'ÿ') },
  ),
  maxLength: 30,
});

/** Percent-encodings that mean nothing, and text that means something elsewhere. */
const BROKEN_ENCODINGS = ['%', '%z', '%zz', '%ff', '%c3%28', '%ed%a0%80', '%00', '%2', '%u0041', '%2e%2e%2f', '%252e'];

const brokenEncodings = fc.oneof(fc.constantFrom(...BROKEN_ENCODINGS), rawAddressText);

function strangeQueries(parameters: readonly Parameter[]): Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = fc.oneof(names, fc.constantFrom('limit', 'cursor', 'limit[]', 'limit[a]', ...known));
  const value = fc.oneof(
    fc.constantFrom('', '0', '-1', '1', '1e2', '0x10', '٣', '1.0', ' 1', 'NaN', '99999999999999999999', 'null', '\0'),
    fc.string({ unit: anyCharacter }),
    fc.constant('x'.repeat(1000)),
  );
  const pairs = fc
    .array(fc.tuple(name, value), { minLength: 1, maxLength: 4 })
    .map((entries) => entries.map((entry) => entry.map(encoded).join('=')).join('&'));
  const broken = fc.tuple(name.map(encoded), brokenEncodings).map(([key, junk]) => `${key}=${junk}`);
  const many = fc.constant('limit=1&'.repeat(400));
  return fc.oneof(
    { weight: 8, arbitrary: pairs },
    { weight: 4, arbitrary: broken },
    { weight: 2, arbitrary: rawAddressText },
    { weight: 1, arbitrary: many },
  );
}

const strangeSuffixes = fc.oneof(
  fc.constantFrom('/', '//', '/.', '/..', '/../..', ';', '/%00', '?', '#', '%20', `/${'a'.repeat(3000)}`),
  brokenEncodings.map((text) => `/${text}`),
  brokenEncodings,
);

const otherRows: Arbitrary<RowPlan> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<RowPlan>('own') },
  { weight: 2, arbitrary: fc.constant<RowPlan>('missing') },
  { weight: 2, arbitrary: fc.uuid().map((segment) => ({ segment })) },
  { weight: 1, arbitrary: fc.uuid().map((id) => ({ segment: id.toUpperCase() })) },
  { weight: 1, arbitrary: fc.uuid().map((id) => ({ segment: `{${id}}` })) },
  { weight: 2, arbitrary: names.map((segment) => ({ segment: segment || '0' })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\0', 'undefined', "' OR 1=1 --", 'x'.repeat(4200)).map((segment) => ({ segment })),
  },
  { weight: 2, arbitrary: brokenEncodings.map((raw) => ({ raw })) },
);

/** A JWT of the right shape with nothing right in it. */
const forgedTokens = fc.tuple(fc.jsonValue(), fc.jsonValue(), fc.base64String()).map(([header, claims, signature]) =>
  [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(signature)
    .join('.'),
);

const FORGED_HEADERS = [
  { alg: 'none', typ: 'at+jwt', kid: 'x' },
  { alg: 'HS256', typ: 'at+jwt', kid: { toString: 1 } },
  { alg: 'HS256', typ: 'at+jwt', kid: '__proto__' },
  { alg: 'RS256', typ: 'at+jwt', kid: null },
  { alg: {}, typ: ['at+jwt'], kid: [] },
].map((header) => `${Buffer.from(JSON.stringify(header)).toString('base64url')}.e30.AA`);

/** Text that may stand in a header: Latin-1 without control characters. */
const headerText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
    .map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

const authorizations = fc.oneof(
  forgedTokens.map((token) => `Bearer ${token}`),
  fc.constantFrom(...FORGED_HEADERS).map((token) => `Bearer ${token}`),
  headerText.map((text) => `Bearer ${text}`),
  fc.constantFrom('', 'Bearer', 'Bearer ', 'Bearer ..', 'Basic YTpi', `Bearer ${'.'.repeat(1000)}`, 'bearer a b'),
  headerText,
);

const otherCallers: Arbitrary<CallerPlan> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<CallerPlan>('stranger') },
  { weight: 1, arbitrary: fc.constant<CallerPlan>('anonymous') },
  { weight: 3, arbitrary: authorizations.map((authorization) => ({ authorization })) },
);

/** Headers that servers and frameworks are known to believe, or to stumble over. */
const HEADER_NAMES = [
  ...['accept', 'accept-encoding', 'accept-language', 'content-encoding', 'cookie', 'forwarded', 'if-match'],
  ...['if-modified-since', 'if-none-match', 'origin', 'range', 'referer', 'user-agent', 'x-forwarded-for'],
  ...['x-forwarded-host', 'x-forwarded-proto', 'x-http-method-override', 'x-real-ip', 'x-request-id', '__proto__'],
  ...['constructor', 'prefer', 'traceparent', 'access-control-request-method', 'sec-fetch-site', 'x-original-url'],
];

const HEADER_VALUES = ['', '*', 'DELETE', '127.0.0.1', 'gzip', 'bytes=0-0', '"', 'null', 'W/"1"', 'x'.repeat(800)];

const strangeHeaders: Arbitrary<Record<string, string>> = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...HEADER_NAMES), fc.constant('x-request-id')),
      fc.oneof(fc.constantFrom(...HEADER_VALUES), headerText),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((entries) => Object.fromEntries(entries));

/** Bodies that break a rule of the schema, of JSON, of UTF-8 or of HTTP; some of them are right all the same. */
function wrongBodies(contract: Contract, { body }: Operation): Arbitrary<RequestPlan['body']> {
  const schema = contract.resolve(body?.schema ?? { type: 'object' });
  const valid = objects(contract, schema);
  const broken = fc.tuple(valid, fieldChanges(schema)).map(([value, change]) => asJson(change(value)));
  return fc.oneof(
    { weight: 14, arbitrary: broken },
    { weight: 1, arbitrary: monstrousBodies(schema) },
    { weight: 1, arbitrary: fc.jsonValue().map(asJson) },
    { weight: 2, arbitrary: fc.constantFrom(...BROKEN_JSON).map((content) => ({ ...asJson(null), content })) },
    { weight: 1, arbitrary: fc.string({ unit: anyCharacter }).map((content) => ({ ...asJson(null), content })) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1 }).map((content) => ({ ...asJson(null), content })) },
    {
      weight: 2,
      arbitrary: fc.tuple(contentTypes, valid).map(([contentType, value]) => ({ ...asJson(value), contentType })),
    },
    { weight: 1, arbitrary: fc.constant('none' as const) },
  );
}

const BROKEN_JSON = [
  ...['', ' ', '{', '}', '{}}', '[', '[]', 'null', 'true', '1', '"text"', '"', "{'a':1}", '{"a":1,}', '{"a":NaN}'],
  ...['{"a":\u00001}', '{"a":"\n"}', '\uFEFF{}', '\uFEFF', '{"a":1}{"a":1}', '{"a":1e999999}', '-', '{"\\ud800":1}'],
  ...['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}', '{"a":"\\u0000"}', '// {}'],
];

const contentTypes = fc.oneof(
  fc.constantFrom(
    null,
    ...[
      '',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
    ],
    ...['application/xml', 'application/jsonp', 'application/json5', 'text/json', 'application/merge-patch+json'],
    ...[
      'application/json; charset=utf-16',
      'application/json;',
      'application',
      '*/*',
      '/',
      ';',
      '@',
      'APPLICATION/JSON',
    ],
  ),
  headerText,
);

/** Sizes and depths at which parsers and recursive programs give up. */
function monstrousBodies({ properties = {} }: Schema): Arbitrary<BodyPlan> {
  const name = fc.constantFrom('x', ...Object.keys(properties)).map((key) => JSON.stringify(key));
  const shapes: ((field: string, size: number) => string)[] = [
    (field, depth) => `{${field}:${'['.repeat(depth)}${']'.repeat(depth)}}`,
    (field, depth) => `{${field}:${`{${field}:`.repeat(depth)}1${'}'.repeat(depth)}}`,
    (_field, depth) => '['.repeat(depth) + ']'.repeat(depth),
    (field, count) => `{${field}:[${Array(count).fill('0').join(',')}]}`,
    (field, count) => `{${field}:[${Array(count).fill('{}').join(',')}]}`,
    (field, count) => `{${Array(count).fill(`${field}:1`).join(',')}}`,
    (_field, count) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')}}`,
    (field, length) => `{${field}:"${'x'.repeat(length * 10)}"}`,
    (field, length) => `{${field}:"${'\\ud83d'.repeat(length)}"}`,
    (field, length) => `{${field}:${'9'.repeat(length)}}`,
  ];
  return fc
    .tuple(name, fc.constantFrom(17, 1000, 8000, 20_000), fc.constantFrom(...shapes))
    .map(([field, size, shape]) => ({ ...asJson(null), content: shape(field, size) }));
}

type Change = (value: Record<string, unknown>) => Record<string, unknown>;

/** Makes one field of a valid object wrong. */
function fieldChanges({ properties = {} }: Schema): Arbitrary<Change> {
  const fields = Object.keys(properties);
  // A computed name makes an own property even of __proto__.
  const put =
    (name: string, content: unknown): Change =>
    (value) => ({ ...value, [name]: content });
  const unknown = fc.tuple(names, fc.jsonValue()).map(([name, content]) => put(name, content));
  if (fields.length === 0) return unknown;
  const field = fc.constantFrom(...fields);
  const longest = (name: string) => properties[name]?.maxLength ?? 300;
  const changes = {
    missing: field.map(
      (name): Change =>
        (value) =>
          Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)),
    ),
    anything: fc.tuple(field, fc.jsonValue()).map(([name, content]) => put(name, content)),
    wrong: fc.tuple(field, fc.constantFrom(...WRONG_VALUES)).map(([name, content]) => put(name, content)),
    tooLong: fc
      .tuple(field, fc.integer({ min: 1, max: 3 }))
      .map(([name, more]) => put(name, 'x'.repeat(longest(name) + more))),
    unstorable: fc
      .tuple(field, fc.constantFrom('\0', '\0', '\ud800', '\udc00\ud800'), fc.nat(12))
      .map(([name, evil, at]) => put(name, `${'valid.text-8'.slice(0, at)}${evil}${'valid.text-8'.slice(at)}`)),
  };
  return fc.oneof(
    { weight: 4, arbitrary: unknown },
    { weight: 1, arbitrary: changes.missing },
    { weight: 2, arbitrary: changes.anything },
    { weight: 2, arbitrary: changes.wrong },
    { weight: 1, arbitrary: changes.tooLong },
    { weight: 3, arbitrary: changes.unstorable },
  );
}

const WRONG_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 1e300, '', ' ', 'true', 'false', '1', 'null', [], {}, [[]], [null]],
  ...[{ toString: 1 }, { length: 5 }, { then: 1 }, { $ne: null }, { constructor: 1 }, ['valid.text-8'], 'İ'.repeat(80)],
];
