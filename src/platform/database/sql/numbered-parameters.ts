import { LRUCache } from 'lru-cache';
import type { Statement } from './row-mapper';

/** A parameter, or a token that may contain the same characters: a string, a quoted name, a comment or a plain name. */
const TOKENS = /'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_][\p{L}\p{N}_$]*|\$(\d+)/gu;

/** Converted SQL, up to half a megabyte: the application has few statements, which it runs often. */
const converted = new LRUCache<string, string>({ maxSize: 500_000, sizeCalculation: (sql) => sql.length + 1 });

/**
 * Converts PostgreSQL's parameters for SQLite: `$2` becomes `?2`, which binds by number. SQLite would treat `$2` as a
 * name, and number names in the order of their first appearance.
 */
export function toSqliteParameters(sql: string): string {
  const known = converted.get(sql);
  if (known !== undefined) return known;
  const text = sql.replace(TOKENS, (token, number?: string) => (number === undefined ? token : `?${number}`));
  converted.set(sql, text);
  return text;
}

/** The highest parameter number in SQL; 0 when there is none. */
export function highestParameter(sql: string): number {
  const numbers = [...sql.matchAll(TOKENS)].map(([, number = 0]) => Number(number));
  return Math.max(0, ...numbers);
}

/**
 * Combines write statements into one for PostgreSQL, which runs all of them whether or not the last one refers to the
 * others.
 */
export function together(statements: readonly Statement[]): Statement {
  const [only, ...rest] = statements;
  if (only && rest.length === 0) return only;
  const parameters: unknown[] = [];
  const moved = statements.map((statement) => {
    const before = parameters.length;
    parameters.push(...statement.parameters);
    return statement.sql.replace(TOKENS, (token, number?: string) =>
      number === undefined ? token : `$${Number(number) + before}`,
    );
  });
  const [main = '', ...others] = moved.reverse();
  const named = others.reverse().map((sql, index) => `"write${index}" AS (${sql})`);
  return { sql: named.length > 0 ? `WITH ${named.join(', ')} ${main}` : main, parameters };
}
