import type { CountedTable } from './counted-tables';

/** SQL for the bytes of text in a row. @param row `NEW.`, `OLD.`, or nothing for a row of the table itself */
export const bytesOf = ({ columns }: CountedTable, row: string): string =>
  ['0', ...columns.map((column) => `COALESCE(octet_length(${row}"${column}"), 0)`)].join(' + ');

/** SQL that counts one row for its owner, and refuses it beyond a quota. */
const add = (table: CountedTable) => {
  const bytes = bytesOf(table, 'NEW.');
  return `
    INSERT INTO "owned_usage" ("userId", "resource", "rows", "bytes")
      VALUES (NEW."ownerId", '', 1, ${bytes}), (NEW."ownerId", '${table.name}', 1, ${bytes})
      ON CONFLICT ("userId", "resource") DO UPDATE SET "rows" = "rows" + 1, "bytes" = "bytes" + excluded."bytes";
    ${refuse({ table, column: 'rows', added: '1' })}
    ${refuse({ table, column: 'bytes', added: bytes })}`;
};

/** SQL that subtracts one row from its owner's count. */
const subtract = (table: CountedTable) => `
    UPDATE "owned_usage" SET "rows" = "rows" - 1, "bytes" = "bytes" - (${bytesOf(table, 'OLD.')})
      WHERE "userId" = OLD."ownerId" AND "resource" IN ('', '${table.name}');`;

interface Refusal {
  table: CountedTable;
  column: 'rows' | 'bytes';
  /** SQL for the amount that the statement adds. */
  added: string;
}

/** SQL that fails when the owner exceeds the quota, with the quota's name, its limit and the usage before. */
const refuse = ({ table, column, added }: Refusal) => {
  const [name, resource] = column === 'rows' ? [table.name, table.name] : ['bytes', ''];
  return `SELECT RAISE(ABORT, 'quota_exceeded:${name}:' || "most" || ':' || ("${column}" - (${added})))
      FROM "quotas", "owned_usage"
      WHERE "name" = '${column}' AND "userId" = NEW."ownerId" AND "resource" = '${resource}'
        AND "${column}" > "most" AND (${added}) > 0;`;
};

/** The triggers of a table, by their names without the version. */
export function sqliteTriggers(table: CountedTable): Record<string, string> {
  const grown = `(${bytesOf(table, 'NEW.')}) - (${bytesOf(table, 'OLD.')})`;
  return {
    insert: `AFTER INSERT ON "${table.name}" BEGIN ${add(table)} END`,
    delete: `AFTER DELETE ON "${table.name}" BEGIN ${subtract(table)} END`,
    move: `AFTER UPDATE ON "${table.name}" WHEN NEW."ownerId" <> OLD."ownerId"
      BEGIN ${subtract(table)} ${add(table)} END`,
    change: `AFTER UPDATE ON "${table.name}" WHEN NEW."ownerId" = OLD."ownerId" AND ${grown} <> 0 BEGIN
      UPDATE "owned_usage" SET "bytes" = "bytes" + ${grown}
        WHERE "userId" = NEW."ownerId" AND "resource" IN ('', '${table.name}');
      ${refuse({ table, column: 'bytes', added: grown })} END`,
  };
}
