import type { OpenAPIObject } from '@nestjs/swagger';
import { singular, words } from '../kernel/words';
import { exampleOf } from './examples';
import { mark, MARKS, type Operation } from './operation';
import { problemCodes, problemResponses, sharedResponses } from './problem-responses';
import { describeSchemas, isReference, modernize, nameOf, type Schema, shortenNames } from './schemas';
import { describeSuccesses } from './success-responses';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Adds to the document what follows from rules, so that no handler repeats it: the errors of authentication, ownership,
 * bodies, pages and the database, the required roles and scopes, descriptions of ids, and example bodies.
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  const ids = new Set<string>();
  describeSchemas(schemas);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) complete(operation, path, schemas);
      if (operation) claim(operation.operationId ?? path, ids);
    }
  }
  Object.values(schemas).forEach(modernize);
  document.components = { ...document.components, responses: sharedResponses() };
  return shortenNames(document);
}

/** @throws when two operations have the same id, from which clients generate names */
function claim(id: string, ids: Set<string>): void {
  if (ids.has(id)) throw new TypeError(`Two operations are called ${id}: rename one of the handlers`);
  ids.add(id);
}

function complete(operation: Operation, path: string, schemas: Record<string, Schema>): void {
  operation.security = mark(operation, 'public') === true ? [] : [{ bearer: [] }];
  const ids = describeIds(operation, path);
  for (const parameter of operation.parameters ?? []) completeParameter(parameter);
  summarize(operation);
  describeAccess(operation);
  completeBody(operation, schemas);
  describeSuccesses(operation, schemas);
  operation.responses = { ...operation.responses, ...problemResponses(problemCodes(operation, ids)) };
  for (const name of Object.values(MARKS)) Reflect.deleteProperty(operation, name);
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/**
 * The first sentence of the docstring is the summary, the rest the description; without a docstring, the name is used.
 */
function summarize(operation: Operation): void {
  const text = operation.summary || sentence(words(operation.operationId ?? ''));
  const [summary = '', ...rest] = text.split(/(?<=[.!?])\s+/);
  // Swagger UI shows summaries as plain text.
  operation.summary = summary.replaceAll('`', '');
  operation.description = [operation.description, rest.join(' ')].filter(Boolean).join('\n\n');
}

const quoted = (names: unknown[], conjunction: string) => names.map((name) => `\`${String(name)}\``).join(conjunction);

/** What `@StepUp()` asks for, by its mark; a password in the body is recent enough without a second factor. */
const STEP_UP_RULES = {
  always: 'Needs a recent authentication (`POST /auth/step-up`).',
  password: 'Accounts with a second factor need a recent authentication (`POST /auth/step-up`).',
};

/** Adds the required roles and scopes to the description. */
function describeAccess(operation: Operation): void {
  const [roles, scopes] = [mark(operation, 'roles'), mark(operation, 'scopes')];
  const roleRule = Array.isArray(roles) && `Needs the role ${quoted(roles, ' or ')}.`;
  const scopeRule = Array.isArray(scopes)
    ? `API tokens need the scope ${quoted(scopes, ' and ')}.`
    : 'Not open to API tokens.';
  const stepUp = mark(operation, 'stepUp');
  const stepUpRule = stepUp !== undefined && STEP_UP_RULES[stepUp === 'password' ? 'password' : 'always'];
  const rules =
    mark(operation, 'public') === true
      ? 'Needs no token.'
      : [roleRule, scopeRule, stepUpRule].filter(Boolean).join(' ');
  operation.description = [operation.description, rules].filter(Boolean).join('\n\n');
}

/**
 * Ids need no description: `{taskId}` is the id of a task, `{id}` that of the preceding segment, unless `@ApiParam()`
 * describes it.
 */
function describeIds(operation: Operation, path: string): string[] {
  const ids = [...path.matchAll(/([\w-]+)\/\{(id|\w+Id)\}/g)].map(([, before = '', name = '']) => ({
    name,
    noun: name === 'id' ? words(singular(before)) : words(name.slice(0, -'Id'.length)),
  }));
  const names = ids.map(({ name }) => name);
  const { parameters = [] } = operation;
  const declared = new Map(
    parameters.flatMap((parameter) =>
      'name' in parameter && parameter.in === 'path' ? [[parameter.name, parameter]] : [],
    ),
  );
  const described = ids.map(({ name, noun }) => ({
    name,
    in: 'path' as const,
    required: true,
    description: declared.get(name)?.description ?? `Id of the ${noun}.`,
    schema: { type: 'string', format: 'uuid' },
  }));
  const others = parameters.filter(
    (parameter) => !('name' in parameter && parameter.in === 'path' && names.includes(parameter.name)),
  );
  operation.parameters = [...described, ...others];
  return names;
}

/** Removes the examples of parameters, because Swagger UI would send them. */
function completeParameter(parameter: NonNullable<Operation['parameters']>[number]): void {
  if ('$ref' in parameter) return;
  delete parameter.example;
  const { schema } = parameter;
  if (!schema || isReference(schema)) return;
  delete schema.example;
  modernize(schema);
}

function completeBody({ requestBody }: Operation, schemas: Record<string, Schema>): void {
  if (!requestBody || !('content' in requestBody)) return;
  for (const media of Object.values(requestBody.content)) {
    const { schema } = media;
    if (!schema) continue;
    media.example = exampleOf(schema, schemas);
    const body = isReference(schema) ? schemas[nameOf(schema)] : schema;
    // Unknown properties are refused, so the document says so.
    if (body && !isReference(body)) body.additionalProperties = false;
  }
}
