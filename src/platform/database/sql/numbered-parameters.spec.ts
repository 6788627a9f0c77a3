import fc from 'fast-check';
import { highestParameter, together, toSqliteParameters } from './numbered-parameters';

/** SQL in which nothing is a parameter, whatever it looks like. */
const opaque = fc.oneof(
  fc.string().map((text) => `'${text.replaceAll("'", "''")}$1'`),
  fc.string().map((text) => `"${text.replaceAll('"', '""')}$2"`),
  fc.constantFrom(
    'a$1',
    'abc$1',
    '_d4$1',
    'é$2',
    '-- $3 it\'s "here\n',
    "/* $4 ' */",
    '$$',
    '$name',
    '?',
    '?7',
    ':name',
    '`$5`',
    '+',
  ),
);
const number = fc.integer({ min: 1, max: 32_766 });
const tokens = fc.array(fc.oneof(opaque, number));

const write = (parts: (string | number)[], sign: string) =>
  parts.map((part) => (typeof part === 'number' ? `${sign}${part}` : part)).join(' ');

describe('numbered parameters', () => {
  it('become those of SQLite under the same numbers; texts, names and comments stay as they are', () => {
    fc.assert(
      fc.property(tokens, (parts) => {
        expect(toSqliteParameters(write(parts, '$'))).toBe(write(parts, '?'));
      }),
    );
  });

  it('are counted by the highest number, not by how many there are', () => {
    fc.assert(
      fc.property(tokens, (parts) => {
        const numbers = parts.filter((part) => typeof part === 'number');
        expect(highestParameter(write(parts, '$'))).toBe(Math.max(0, ...numbers));
      }),
    );
  });

  it('of several statements that become one still name their own values', () => {
    const statements = [
      { sql: `INSERT INTO "a" VALUES ($1, '$1', $2)`, parameters: [1, 2] },
      { sql: 'DELETE FROM "b"', parameters: [] },
      { sql: 'UPDATE "c" SET "d" = $2 WHERE "e" = $1', parameters: [3, 4] },
    ];
    expect(together(statements)).toEqual({
      sql: `WITH "write0" AS (INSERT INTO "a" VALUES ($1, '$1', $2)), "write1" AS (DELETE FROM "b") UPDATE "c" SET "d" = $4 WHERE "e" = $3`,
      parameters: [1, 2, 3, 4],
    });
    expect(together(statements.slice(0, 1))).toEqual(statements[0]);
  });
});
