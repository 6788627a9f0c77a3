import type { CountedTable } from './counted-tables';

/** SQL for the bytes of text in a row. */
export const bytesOf = ({ columns }: CountedTable): string =>
  ['0::bigint', ...columns.map((column) => `COALESCE(octet_length("${column}"::text), 0)`)].join(' + ');

const rowsOf = (table: CountedTable, source: string, sign: 1 | -1) =>
  `SELECT "ownerId", ${sign} AS "rows", ${sign} * (${bytesOf(table)}) AS "bytes" FROM ${source}`;

/**
 * Adds the change of a statement to an owner's counts of one table and of all, and refuses it beyond a quota. The
 * upsert locks the counts, so concurrent statements of one owner are serialized. A decrease only updates: when the
 * account is deleted, so are its counts.
 */
export const ADD_FUNCTION = `
CREATE OR REPLACE FUNCTION "usage_add"(owner uuid, kind text, more_rows bigint, more_bytes bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE used bigint; most bigint;
BEGIN
  IF more_rows <= 0 AND more_bytes <= 0 THEN
    UPDATE "owned_usage" SET "rows" = "rows" + more_rows, "bytes" = "bytes" + more_bytes
      WHERE "userId" = owner AND "resource" = '';
    UPDATE "owned_usage" SET "rows" = "rows" + more_rows, "bytes" = "bytes" + more_bytes
      WHERE "userId" = owner AND "resource" = kind;
    RETURN;
  END IF;
  INSERT INTO "owned_usage" AS u ("userId", "resource", "rows", "bytes") VALUES (owner, '', more_rows, more_bytes)
    ON CONFLICT ("userId", "resource") DO UPDATE SET "rows" = u."rows" + more_rows, "bytes" = u."bytes" + more_bytes
    RETURNING "bytes" INTO used;
  SELECT q."most" INTO most FROM "quotas" AS q WHERE q."name" = 'bytes';
  IF more_bytes > 0 AND used > most THEN
    RAISE EXCEPTION 'quota_exceeded:bytes:%:%', most, used - more_bytes;
  END IF;
  INSERT INTO "owned_usage" AS u ("userId", "resource", "rows", "bytes") VALUES (owner, kind, more_rows, more_bytes)
    ON CONFLICT ("userId", "resource") DO UPDATE SET "rows" = u."rows" + more_rows, "bytes" = u."bytes" + more_bytes
    RETURNING "rows" INTO used;
  SELECT q."most" INTO most FROM "quotas" AS q WHERE q."name" = 'rows';
  IF more_rows > 0 AND used > most THEN
    RAISE EXCEPTION 'quota_exceeded:%:%:%', kind, most, used - more_rows;
  END IF;
END $$`;

/** The trigger function of a table: runs once per statement, however many rows it affected. */
export const countFunction = (table: CountedTable, name: string): string => {
  const added = rowsOf(table, 'added_rows', 1);
  const removed = rowsOf(table, 'removed_rows', -1);
  const count = (rows: string) => `
    FOR change IN SELECT "ownerId", SUM("rows")::bigint AS "rows", SUM("bytes")::bigint AS "bytes"
      FROM (${rows}) AS changes GROUP BY "ownerId" HAVING SUM("rows") <> 0 OR SUM("bytes") <> 0 ORDER BY "ownerId"
    LOOP
      PERFORM "usage_add"(change."ownerId", '${table.name}', change."rows", change."bytes");
    END LOOP;`;
  return `
CREATE OR REPLACE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE change record;
BEGIN
  IF TG_OP = 'INSERT' THEN ${count(added)}
  ELSIF TG_OP = 'DELETE' THEN ${count(removed)}
  ELSE ${count(`${added} UNION ALL ${removed}`)}
  END IF;
  RETURN NULL;
END $$`;
};

/** The event of each trigger of a table, and its transition tables. */
export const POSTGRES_EVENTS = {
  insert: 'AFTER INSERT ON $ REFERENCING NEW TABLE AS added_rows',
  delete: 'AFTER DELETE ON $ REFERENCING OLD TABLE AS removed_rows',
  change: 'AFTER UPDATE ON $ REFERENCING OLD TABLE AS removed_rows NEW TABLE AS added_rows',
};
