import { NIL } from 'uuid';
import { isReference, nameOf, type Schema } from './schemas';

/** An example body built from the examples of its properties. Optional properties without an example are omitted. */
export function exampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  if (isReference(schema)) {
    const target = schemas[nameOf(schema)];
    return target && exampleOf(target, schemas);
  }
  if (schema.example !== undefined) return schema.example;
  const [only] = schema.allOf ?? [];
  if (only) return exampleOf(only, schemas);
  if (schema.type === 'array' && schema.items) return [exampleOf(schema.items, schemas)];
  if (schema.type === 'object' || schema.properties) {
    const shown = Object.entries(schema.properties ?? {}).filter(
      ([name, property]) => schema.required?.includes(name) || 'example' in property,
    );
    return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, schemas)]));
  }
  // Existing ids are not known here.
  if (schema.format === 'uuid') return NIL;
  return schema.type === 'boolean' ? false : null;
}
