import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor, TestApp } from './app';
import type { Schema } from './openapi';

/** Who calls, and another account that bodies may name. */
export interface People {
  owner: Actor;
  stranger: Actor;
}

type Make<T> = (app: TestApp, people: People) => Promise<T> | T;

/**
 * What the fuzz test can't know of a module, in a file of its own in `test/fuzz/`:
 * `export const input: FuzzInput = { bodies: { 'POST /projects': () => ({ ... }) } }`.
 */
export interface FuzzInput {
  /** A body that succeeds, where the example of the document does not: by method and path below `/api/v1`. */
  bodies?: Record<string, Make<object>>;
  /** The id of a new row of the owner, where none is made by a POST to the path before the parameter: `/projects/{id}`. */
  rows?: Record<string, Make<string>>;
}

const FOLDER = join(__dirname, '../fuzz');

/** What all files of `test/fuzz/` say. */
export async function readFuzzInput(): Promise<Required<FuzzInput>> {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  const inputs = await Promise.all(
    files.map(async (file) => ((await import(join(FOLDER, file))) as { input: FuzzInput }).input),
  );
  return {
    bodies: Object.assign({}, ...inputs.map(({ bodies }) => bodies)) as Record<string, Make<object>>,
    rows: Object.assign({}, ...inputs.map(({ rows }) => rows)) as Record<string, Make<string>>,
  };
}

/** An example of a body; each id in it names another account, as the example's own names nobody. */
export function exampleBody({ example }: { example?: unknown }, schema: Schema, { stranger }: People): unknown {
  const ids = Object.entries(schema.properties ?? {}).filter(([, { format }]) => format === 'uuid');
  const named = ids.map(([name]) => [name, stranger.session.user.id] as const);
  return ids.length === 0 ? example : Object.assign({}, example, Object.fromEntries(named));
}
