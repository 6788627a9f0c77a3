import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { Contract, type Schema } from './support/openapi';

const FILE = join(__dirname, '../openapi.json');
const contract = Contract.read();
const { document, operations } = contract;
const schemas = Object.entries(document.components.schemas);

/** Everything in the document that has a description or ought to, by its address. */
function describable(): [string, { description?: string }][] {
  const ofOperations = operations.flatMap(({ id, parameters, answers }): [string, { description?: string }][] => [
    ...parameters.map((parameter) => [`${id} ${parameter.name}`, parameter] as [string, { description?: string }]),
    ...Object.entries(answers).map(
      ([status, answer]) => [`${id} ${status}`, answer] as [string, { description?: string }],
    ),
  ]);
  return [...ofOperations, ...schemas, ...schemas.flatMap(([name, schema]) => propertiesOf(name, schema))];
}

function propertiesOf(name: string, { properties = {}, items }: Schema): [string, Schema][] {
  const own = Object.entries(properties).map(([key, property]) => [`${name}.${key}`, property] as [string, Schema]);
  const nested = own.flatMap(([address, property]) => propertiesOf(address, property));
  return [...own, ...nested, ...(items ? propertiesOf(`${name}[]`, items) : [])];
}

/** Every object of the document. */
function* objects(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield node as Record<string, unknown>;
  for (const child of Object.values(node)) yield* objects(child);
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1: its schemas are JSON Schema 2020-12 without 3.0 keywords', () => {
    const ajv = addFormats(new Ajv2020({ strict: true, strictTypes: false }));
    const inline = operations.flatMap(({ parameters, body }) => [...parameters, ...(body ? [body] : [])]);
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    for (const schema of [...schemas.map(([, schema]) => schema), ...inline.map(({ schema }) => schema)]) {
      expect(ajv.validateSchema(schema)).toBe(true);
      expect([...objects(schema)].filter((part) => 'nullable' in part || 'example' in part)).toEqual([]);
    }
  });

  it('has examples that its schemas allow', () => {
    const faults = schemas.flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([key, property]) =>
        (property.examples ?? [])
          .filter((example) => !contract.allows(['components', 'schemas', name, 'properties', key], example))
          .map((example) => `${name}.${key}: ${JSON.stringify(example)}`),
      ),
    );
    const refused = operations.filter(
      (operation) => operation.body && !contract.allowsBody(operation, operation.body.example),
    );
    expect(faults).toEqual([]);
    expect(refused.map(({ id }) => id)).toEqual([]);
  });

  it('has only references that resolve', () => {
    for (const { $ref } of objects(document)) {
      if (typeof $ref !== 'string') continue;
      const [root, components, kind = '', name = ''] = $ref.split('/');
      expect([root, components]).toEqual(['#', 'components']);
      expect(Object.keys(Reflect.get(document.components, kind) as object)).toContain(name);
    }
  });

  it('describes every operation, parameter, schema, field and answer', () => {
    const bare = describable().filter(([, { description = '' }]) => !/^\S.*\S$/s.test(description));
    expect(bare.map(([address]) => address)).toEqual([]);
    expect(operations.filter(({ summary }) => !/^[A-Z].*\.$/.test(summary)).map(({ id }) => id)).toEqual([]);
  });

  it('gives every operation a unique short id', () => {
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]{2,29}$/.test(id))).toEqual([]);
    expect(ids).toEqual(expect.arrayContaining(['register', 'logIn', 'logOut', 'listNotes', 'createNote', 'getNote']));
  });

  it('suggests no value for a parameter, as Swagger UI would send it', () => {
    const suggested = operations.flatMap(({ id, parameters }) =>
      parameters
        .filter((parameter) => 'example' in parameter || 'examples' in parameter || 'examples' in parameter.schema)
        .map(({ name }) => `${id} ${name}`),
    );
    expect(suggested).toEqual([]);
  });

  it('lists the codes of every error status', () => {
    const silent = operations.flatMap(({ id, answers }) =>
      Object.entries(answers)
        .filter(([status, { description }]) => status >= '400' && !/`[a-z_]+`: /.test(description))
        .map(([status]) => `${id} ${status}`),
    );
    expect(silent).toEqual([]);
  });

  it('is under 120 KB, or 3 KB for each operation where there are more than forty', () => {
    expect(readFileSync(FILE).length).toBeLessThan(3_000 * Math.max(operations.length, 40));
  });
});
