import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { type CountedTable, countedTables } from './counted-tables';
import { ADD_FUNCTION, bytesOf as postgresBytes, countFunction, POSTGRES_EVENTS } from './postgres-counters';
import { bytesOf as sqliteBytes, sqliteTriggers } from './sqlite-counters';

/** The prefix of all counting triggers and functions. */
const PREFIX = 'usage_';

interface Trigger {
  name: string;
  table: string;
}

/** The counting triggers of a table, whose names change with their content. */
interface Counters {
  names: string[];
  statements: string[];
}

interface Dialect {
  /** Query for the tables, as `name`. */
  tables: string;
  /** Query for the counting triggers. */
  triggers: string;
  counters(table: CountedTable): Counters;
  drop(trigger: Trigger): string[];
  /** Prevents writes while a table is counted. */
  lock(table: string): string[];
  bytesOf: (table: CountedTable) => string;
}

const versionOf = (...parts: unknown[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

const sqlite: Dialect = {
  tables: `SELECT "name" FROM sqlite_master WHERE "type" = 'table'`,
  triggers: `SELECT "name", "tbl_name" AS "table" FROM sqlite_master WHERE "type" = 'trigger' AND "name" LIKE '${PREFIX}%'`,
  counters(table) {
    const triggers = sqliteTriggers(table);
    const named = Object.entries(triggers).map(
      ([event, body]) => [`${PREFIX}${versionOf(triggers)}_${event}`, body] as const,
    );
    return {
      names: named.map(([name]) => name),
      statements: named.map(([name, body]) => `CREATE TRIGGER "${name}" ${body}`),
    };
  },
  drop: ({ name }) => [`DROP TRIGGER "${name}"`],
  // The transaction is the only writer.
  lock: () => [],
  bytesOf: (table) => sqliteBytes(table, ''),
};

const postgres: Dialect = {
  tables: 'SELECT tablename AS "name" FROM pg_tables WHERE schemaname = current_schema()',
  triggers: `SELECT tgname AS "name", relname AS "table" FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = current_schema()::regnamespace AND tgname LIKE '${PREFIX}%'`,
  counters(table) {
    const name = `${PREFIX}${versionOf(ADD_FUNCTION, POSTGRES_EVENTS, countFunction(table, ''))}`;
    const events = Object.entries(POSTGRES_EVENTS);
    const make = ([event, when]: [string, string]) =>
      `CREATE TRIGGER "${name}_${event}" ${when.replace('$', `"${table.name}"`)}
       FOR EACH STATEMENT EXECUTE FUNCTION "${name}"()`;
    return {
      names: events.map(([event]) => `${name}_${event}`),
      statements: [ADD_FUNCTION, countFunction(table, name), ...events.map(make)],
    };
  },
  drop: ({ name, table }) => [
    `DROP TRIGGER "${name}" ON "${table}"`,
    ...(name.endsWith('_change') ? [`DROP FUNCTION IF EXISTS "${name.slice(0, -'_change'.length)}" CASCADE`] : []),
  ],
  lock: (table) => [
    `LOCK TABLE "${table}" IN SHARE ROW EXCLUSIVE MODE`,
    'LOCK TABLE "owned_usage" IN SHARE ROW EXCLUSIVE MODE',
  ],
  bytesOf: postgresBytes,
};

const dialectOf = ({ options }: DataSource): Dialect => (options.type === 'postgres' ? postgres : sqlite);

/**
 * Creates the triggers that count the rows of each owner, and counts existing rows, for every owned table whose
 * triggers are missing or outdated: after a migration, and when SQLite has rebuilt a table, which drops them.
 */
export async function syncCounters(dataSource: DataSource): Promise<void> {
  const dialect = dialectOf(dataSource);
  const present = new Set((await dataSource.query<{ name: string }[]>(dialect.tables)).map(({ name }) => name));
  if (!present.has('owned_usage')) return;
  const triggers = await dataSource.query<Trigger[]>(dialect.triggers);
  for (const table of countedTables(dataSource).filter(({ name }) => present.has(name))) {
    const old = triggers.filter((trigger) => trigger.table === table.name);
    const { names, statements } = dialect.counters(table);
    if (old.length === names.length && old.every(({ name }) => names.includes(name))) continue;
    await dataSource.transaction(async (manager) => {
      await run(manager, dialect.lock(table.name));
      await run(manager, [...old.flatMap((trigger) => dialect.drop(trigger)), ...statements]);
      await run(manager, recount(table, dialect));
    });
  }
}

/** Drops the triggers, so that migrations may change and fill the tables; call `syncCounters` afterwards. */
export async function dropCounters(dataSource: DataSource): Promise<void> {
  const dialect = dialectOf(dataSource);
  const triggers = await dataSource.query<Trigger[]>(dialect.triggers);
  await dataSource.transaction((manager) =>
    run(
      manager,
      triggers.flatMap((trigger) => dialect.drop(trigger)),
    ),
  );
}

const recount = (table: CountedTable, { bytesOf }: Dialect): string[] => [
  `DELETE FROM "owned_usage" WHERE "resource" IN ('', '${table.name}')`,
  `INSERT INTO "owned_usage" ("userId", "resource", "rows", "bytes")
   SELECT "ownerId", '${table.name}', COUNT(*), SUM(${bytesOf(table)}) FROM "${table.name}" GROUP BY "ownerId"`,
  `INSERT INTO "owned_usage" ("userId", "resource", "rows", "bytes")
   SELECT "userId", '', SUM("rows"), SUM("bytes") FROM "owned_usage" GROUP BY "userId"`,
];

async function run(manager: EntityManager, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await manager.query(statement);
}
