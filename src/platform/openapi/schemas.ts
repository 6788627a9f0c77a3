import type { OpenAPIObject } from '@nestjs/swagger';
import { words } from '../kernel/words';

/** A schema of the document, or a reference to one. */
export type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

type Reference = Extract<Schema, { $ref: string }>;

const ROOT = '#/components/schemas/';

/** Whether it is a reference. */
export const isReference = (schema: Schema | undefined): schema is Reference =>
  schema !== undefined && '$ref' in schema;

/** The name of the referenced schema. */
export const nameOf = ({ $ref }: Reference): string => $ref.slice(ROOT.length);

/** A reference to a schema. */
export const referTo = (name: string): Reference => ({ $ref: ROOT + name });

const RULES: [RegExp, (noun: string) => string][] = [
  [/^Create(\w+)$/, (noun) => `The new ${words(noun)}.`],
  [/^Update(\w+)$/, (noun) => `Changes to the ${words(noun)}; omitted properties stay unchanged.`],
  [/^(\w+)Page$/, (noun) => `A page of a list of \`${noun}\`.`],
  [/^(\w+)$/, (noun) => `The ${words(noun)}.`],
];

/** A description derived from the name of a schema whose class has no docstring. */
function describedByName(name: string): string {
  for (const [pattern, describe] of RULES) {
    const [, noun] = pattern.exec(name) ?? [];
    if (noun !== undefined) return describe(noun);
  }
  return name;
}

/** Adds a description to each schema whose class has none. */
export function describeSchemas(schemas: Record<string, Schema>): void {
  for (const [name, schema] of Object.entries(schemas)) {
    if (!isReference(schema)) schema.description ??= describedByName(name.replace(/Dto$/, ''));
  }
}

/** Converts OpenAPI 3.0 keywords to JSON Schema 2020-12. */
export function modernize(schema: Schema): void {
  if (isReference(schema)) return;
  // Decorators are evaluated before features have registered the values, so the type is missing.
  if (schema.enum?.every((value) => typeof value === 'string')) schema.type = 'string';
  if (schema.example !== undefined) schema.examples = [schema.example];
  delete schema.example;
  const [only, ...more] = schema.allOf ?? [];
  // OpenAPI 3.0 ignored keywords next to a reference, so it was wrapped in allOf.
  if (only && isReference(only) && more.length === 0) {
    Object.assign(schema, only);
    delete schema.allOf;
  }
  const { items, properties = {}, allOf = [], anyOf = [], oneOf = [], additionalProperties } = schema;
  for (const part of [...Object.values(properties), ...allOf, ...anyOf, ...oneOf]) modernize(part);
  if (items) modernize(items);
  if (typeof additionalProperties === 'object') modernize(additionalProperties);
}

/** Publishes `NoteDto` as `Note`, unless another schema has that name. */
export function shortenNames(document: OpenAPIObject): OpenAPIObject {
  const names = new Set(Object.keys(document.components?.schemas ?? {}));
  const published = (name: string) => {
    const short = name.replace(/Dto$/, '');
    return names.has(short) ? name : short;
  };
  const references = new RegExp(`(?<="${ROOT})\\w+(?=")`, 'g');
  const shortened = JSON.parse(JSON.stringify(document).replaceAll(references, published)) as OpenAPIObject;
  const { components = {} } = shortened;
  const schemas = Object.entries(components.schemas ?? {}).map(([name, schema]) => [published(name), schema] as const);
  return { ...shortened, components: { ...components, schemas: Object.fromEntries(schemas) } };
}
