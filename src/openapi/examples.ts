import type { OpenAPIObject } from '@nestjs/swagger';

/** A schema of the document, or a reference to one. */
export type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

type Reference = Extract<Schema, { $ref: string }>;

/** Whether it only points to a schema. */
export const isReference = (schema: Schema | undefined): schema is Reference =>
  schema !== undefined && '$ref' in schema;

/** An example of a whole schema, put together from the examples of its properties. */
export function exampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  if (isReference(schema)) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target && exampleOf(target, schemas);
  }
  if (schema.example !== undefined) return schema.example;
  const [only] = schema.allOf ?? [];
  if (only) return exampleOf(only, schemas);
  if (schema.type === 'array' && schema.items) return [exampleOf(schema.items, schemas)];
  if (schema.type === 'object' || schema.properties) {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => [name, exampleOf(property, schemas)]),
    );
  }
  return schema.type === 'boolean' ? false : null;
}
