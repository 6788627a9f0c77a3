import type { OpenAPIObject } from '@nestjs/swagger';
import type { ProblemCode } from '../common/problems/problem-codes';
import { exampleOf, isReference, type Schema } from './examples';
import { MARKS } from './operation';
import { EXAMPLE_ID, problemResponses } from './problem-responses';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

/** What a decorator noted on the operation. */
const mark = (operation: Operation, name: keyof typeof MARKS): unknown => Reflect.get(operation, MARKS[name]);

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Adds to each operation what follows from a rule, so that no handler repeats it: the errors of authentication,
 * ownership, bodies, pages and the database, who may call it, and examples made from the schemas.
 */
export function completeOperations(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) complete(operation, path, schemas);
    }
  }
  return document;
}

function complete(operation: Operation, path: string, schemas: Record<string, Schema>): void {
  const isPublic = mark(operation, 'public') === true;
  operation.security = isPublic ? [] : [{ bearer: [] }];
  describeIds(operation, path);
  if (!isPublic) describeAccess(operation);
  const responses = { ...operation.responses, ...problemResponses(problemCodes(operation, path, isPublic), path) };
  addSuccessExamples(operation, responses, schemas);
  operation.responses = responses;
  const body = operation.requestBody;
  if (body && 'content' in body) {
    for (const media of Object.values(body.content)) {
      // What is not known is refused, so the document says so.
      if (isReference(media.schema)) refuseUnknown(schemas[nameOf(media.schema.$ref)]);
      if (media.schema) media.example = exampleOf(media.schema, schemas);
    }
  }
  for (const name of Object.values(MARKS)) Reflect.deleteProperty(operation, name);
}

const quoted = (words: unknown[], conjunction: string) => words.map((word) => `\`${String(word)}\``).join(conjunction);

/** Says which roles the operation asks for and which API tokens it takes. */
function describeAccess(operation: Operation): void {
  const [roles, scopes] = [mark(operation, 'roles'), mark(operation, 'scopes')];
  const roleRule = Array.isArray(roles) && `Needs the role ${quoted(roles, ' or ')}.`;
  const scopeRule = Array.isArray(scopes)
    ? `API tokens need the scope ${quoted(scopes, ' and ')}.`
    : 'Not open to API tokens.';
  const rules = [roleRule, scopeRule].filter(Boolean).join(' ');
  operation.description = [operation.description, rules].filter(Boolean).join('\n\n');
}

/** The parameters of a path that are ids of rows: `id` itself, and names that end in `Id`. */
const idsIn = (path: string): string[] =>
  [...path.matchAll(/\{(id|\w+Id)\}/g)].map(([, name]) => name).filter((name) => name !== undefined);

/** Guards read `id`, so no handler declares it; of other ids a handler declares only the name. */
function describeIds(operation: Operation, path: string): void {
  const ids = idsIn(path);
  const schema = { type: 'string', format: 'uuid', example: EXAMPLE_ID };
  const parameters = ids.map((name) => ({
    name,
    in: 'path' as const,
    required: true,
    description: `Id of the ${rowNamed(name)}.`,
    schema,
  }));
  const isId = (parameter: object) => 'name' in parameter && ids.includes(String(parameter.name));
  operation.parameters = [...parameters, ...(operation.parameters ?? []).filter((parameter) => !isId(parameter))];
}

/** `taskId` is the id of the task. */
const rowNamed = (parameter: string) =>
  parameter === 'id' ? 'row' : parameter.slice(0, -2).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function problemCodes(operation: Operation, path: string, isPublic: boolean): Set<ProblemCode> {
  const codes = new Set<ProblemCode>(['internal_error', 'overloaded']);
  const hasId = idsIn(path).length > 0;
  const add = (applies: boolean, ...more: ProblemCode[]) => {
    if (applies) more.forEach((code) => codes.add(code));
  };
  const parameters = (operation.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : ''));
  add(!isPublic, 'unauthenticated', 'invalid_token', 'insufficient_scope');
  add(hasId, 'validation_failed', 'not_found');
  add((hasId && mark(operation, 'owned') === true) || mark(operation, 'roles') !== undefined, 'forbidden');
  add(mark(operation, 'owned') === true && operation.requestBody !== undefined, 'quota_exceeded');
  add(mark(operation, 'conflicts') === true && operation.requestBody !== undefined, 'conflict');
  add(mark(operation, 'rateLimited') === true, 'rate_limited');
  add(parameters.includes('limit'), 'validation_failed');
  add(parameters.includes('cursor'), 'invalid_cursor');
  add(
    operation.requestBody !== undefined,
    'validation_failed',
    'malformed_body',
    'payload_too_large',
    'unsupported_media_type',
  );
  const named = mark(operation, 'problems');
  if (Array.isArray(named)) named.forEach((code: ProblemCode) => codes.add(code));
  return codes;
}

function addSuccessExamples(
  operation: Operation,
  responses: Operation['responses'],
  schemas: Record<string, Schema>,
): void {
  for (const [status, response] of Object.entries(responses)) {
    if (!status.startsWith('2') || !response || !('description' in response)) continue;
    response.description ||= status === '204' ? 'Done; there is nothing to say.' : 'Done.';
    if (mark(operation, 'location') === true && status === '201') {
      response.headers = { Location: { description: 'Address of what was made.', schema: { type: 'string' } } };
    }
    if (mark(operation, 'deviceToken') === true) {
      const description = 'Send it with later logins, so that nobody who guesses at the password can lock you out.';
      response.headers = { ...response.headers, 'X-Device-Token': { description, schema: { type: 'string' } } };
    }
    for (const media of Object.values(response.content ?? {})) {
      if (media.schema) media.example = exampleOf(media.schema, schemas);
    }
  }
}

const nameOf = (reference: string) => reference.split('/').at(-1) ?? '';

function refuseUnknown(schema: Schema | undefined): void {
  if (schema && !isReference(schema)) schema.additionalProperties = false;
}
