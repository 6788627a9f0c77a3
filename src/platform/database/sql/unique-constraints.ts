import { type DataSource, type EntityMetadata, QueryFailedError } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { isError } from '../../kernel/is-error';
import { isUniqueViolation } from './database-errors';

/**
 * The properties of the violated unique constraint, unique index or primary key, by the entity's metadata; empty for
 * any other error. An expression index, which no entity can describe, lists its columns in its name:
 * `uq_bookmarks_ownerId_url`.
 */
export function uniqueProperties(error: unknown, { entityMetadatas, namingStrategy }: DataSource): string[] {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!isError(cause) || !isUniqueViolation(cause)) return [];
  const named = nameOf(cause);
  if (named === undefined) return sqliteProperties(cause.message, entityMetadatas);
  const constraints = entityMetadatas.flatMap((entity) => [
    ...entity.uniques,
    ...entity.indices.filter(({ isUnique }) => isUnique),
    { name: namingStrategy.primaryKeyName(entity.tableName, []), columns: entity.primaryColumns },
  ]);
  // Names of constraints and indexes are unique within a schema, as on SQLite.
  const constraint = constraints.find(({ name }) => name === named);
  return propertiesOf(constraint?.columns ?? entityMetadatas.flatMap((entity) => columnsInName(named, entity)));
}

/** The constraint's name: PostgreSQL always reports it, SQLite only for expression indexes. */
function nameOf(cause: Error): string | undefined {
  if ('constraint' in cause) return String(cause.constraint);
  return /UNIQUE constraint failed: index '(.+)'$/.exec(cause.message)?.[1];
}

/** SQLite reports `table.column, table.column`. */
function sqliteProperties(message: string, entities: readonly EntityMetadata[]): string[] {
  const [, list = ''] = /UNIQUE constraint failed: (.+)$/.exec(message) ?? [];
  const names = list.split(', ').map((name) => name.split('.', 2));
  const columns = entities
    .filter(({ tableName }) => names.some(([table]) => table === tableName))
    .flatMap((entity) => names.map(([, column = '']) => entity.findColumnWithDatabaseName(column)));
  return propertiesOf(columns.filter((column) => column !== undefined));
}

function columnsInName(name: string, { tableName, columns }: EntityMetadata): ColumnMetadata[] {
  const prefix = `uq_${tableName}_`;
  return name.startsWith(prefix) ? columnsIn(name.slice(prefix.length), columns) : [];
}

/**
 * The columns whose names, joined by `_`, make up the text; a name may contain `_` itself. Empty when there are none.
 */
function columnsIn(names: string, columns: readonly ColumnMetadata[]): ColumnMetadata[] {
  for (const column of columns) {
    if (names === column.databaseName) return [column];
    if (!names.startsWith(`${column.databaseName}_`)) continue;
    const others = columnsIn(names.slice(column.databaseName.length + 1), columns);
    if (others.length > 0) return [column, ...others];
  }
  return [];
}

const propertiesOf = (columns: readonly ColumnMetadata[]) => columns.map(({ propertyName }) => propertyName);
