// The kinds of fields of a generated resource.
import { Script } from 'node:vm';

const text = (max, min) => ({
  type: 'string',
  column: "type: 'varchar'",
  sql: { sqlite: 'varchar', postgres: 'character varying' },
  decorators: (example) => [`@Text({ min: ${min}, max: ${max}, example: '${example}' })`],
  imports: { fields: ['Text'] },
  example: () => 'An example',
});

/** By kind: the TypeScript type, the column in TypeORM and in each database, and the validators. */
export const KINDS = {
  string: text(2000, 1),
  text: text(100_000, 0),
  integer: {
    type: 'number',
    column: "type: 'integer'",
    sql: { sqlite: 'integer', postgres: 'integer' },
    decorators: () => [
      "@ApiProperty({ type: 'integer', minimum: -2147483648, maximum: 2147483647, example: 1 })",
      "@IsInt({ message: 'must be a whole number' })",
      "@Min(-2147483648, { message: 'must not be below -2147483648' })",
      "@Max(2147483647, { message: 'must not be above 2147483647' })",
    ],
    imports: { swagger: ['ApiProperty'], validator: ['IsInt', 'Max', 'Min'] },
    shown: "type: 'integer', example: 1",
    example: () => 1,
  },
  boolean: {
    type: 'boolean',
    column: "type: 'boolean'",
    sql: { sqlite: 'boolean', postgres: 'boolean' },
    decorators: () => ['@ApiProperty({ example: true })', "@IsBoolean({ message: 'must be true or false' })"],
    imports: { swagger: ['ApiProperty'], validator: ['IsBoolean'] },
    example: () => true,
  },
  date: {
    type: 'string',
    column: "type: 'varchar'",
    sql: { sqlite: 'varchar', postgres: 'character varying' },
    decorators: () => ['@CalendarDate()'],
    imports: { fields: ['CalendarDate'] },
    shown: "format: 'date', example: '2026-12-24'",
    example: () => '2026-12-24',
  },
};

const RESERVED = ['id', 'ownerId', 'createdAt', 'updatedAt'];

/** Whether the name can be a parameter of the controller: not reserved, not `caller`, not an inherited property. */
function isUsable(name) {
  if (name === 'caller' || name in Object.prototype || name === 'prototype') return false;
  try {
    new Script(`'use strict'; (async ({ ${name} }) => ${name})`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Parses a field of the command line: `label:string?`.
 * @throws when the name is not a property name, or is one that every owned row has, or the kind is unknown
 */
export function readField(argument) {
  const [, name, kind, question] = /^([a-z][A-Za-z0-9]*):([a-z]+)(\?)?$/.exec(argument) ?? [];
  if (name === undefined)
    throw new Error(`${argument} is not a field: use name:kind, or name:kind? for a nullable one`);
  if (RESERVED.includes(name)) throw new Error(`Every owned row already has ${name}`);
  if (!isUsable(name)) throw new Error(`${name} is a reserved name; choose another one`);
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!found) throw new Error(`${kind} is not a kind of field; use ${Object.keys(KINDS).join(', ')}`);
  return { name, isNullable: question !== undefined, ...found };
}
