import type { DataSource } from 'typeorm';

/** The owner column; tables that have it are counted per owner. */
const OWNER = 'ownerId';

/** Column types of variable length, by their names in both databases. */
const GROWS = /char|text|json|clob|blob|bytea/;

/** A table whose rows belong to users. */
export interface CountedTable {
  name: string;
  /** Columns whose bytes count. */
  columns: readonly string[];
}

/** The owned tables of all entities, sorted by name. */
export function countedTables(dataSource: DataSource): CountedTable[] {
  return dataSource.entityMetadatas
    .filter((entity) => entity.tableType === 'regular' && entity.findColumnWithPropertyName(OWNER) !== undefined)
    .map(({ tableName, columns }) => ({
      name: tableName,
      columns: columns
        .filter((column) => column.type !== 'uuid' && GROWS.test(dataSource.driver.normalizeType(column)))
        .map((column) => column.databaseName),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
