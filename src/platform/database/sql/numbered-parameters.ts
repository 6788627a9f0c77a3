import type { Statement } from './row-mapper';

/** A parameter, or what may hold the same characters without being one: texts, quoted names, comments and plain names. */
const TOKENS = /'[^']*'|"[^"]*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_][\p{L}\p{N}_$]*|\$(\d+)/gu;

/**
 * A statement of PostgreSQL's parameters for SQLite: `$2` becomes `?2`, which SQLite binds by its number. It takes `$2`
 * for a name and numbers names in the order of their first appearance.
 */
export function toSqliteParameters(sql: string): string {
  return sql.replace(TOKENS, (token, number?: string) => (number === undefined ? token : `?${number}`));
}

/** The highest number of a parameter `$1`, `$2`, ... in SQL; 0 when there is none. */
export function highestParameter(sql: string): number {
  const numbers = [...sql.matchAll(TOKENS)].map(([, number = 0]) => Number(number));
  return Math.max(0, ...numbers);
}

/** Statements that write as one of PostgreSQL, which runs all of them whether or not the last one refers to the others. */
export function together(statements: readonly Statement[]): Statement {
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
