import type { Type } from '@nestjs/common';
import type { DataSource, EntityMetadata } from 'typeorm';

type Row = Record<string, unknown>;

/** Column types whose driver value is already the value of the property. */
const PLAIN_TYPES = new Set<unknown>(['uuid', 'varchar', 'text', 'bigint', 'integer']);

/**
 * Turns rows of a plain statement into entities by TypeORM's own metadata, at a fraction of a find's cost:
 * the statement is written once instead of being built for every request.
 */
export class RowMapper {
  /** The quoted table name. */
  readonly table: string;
  /** The quoted column list, each under its property's name. */
  readonly columns: string;
  private readonly convert: (row: Row) => void;

  constructor(Entity: Type<object>, dataSource: DataSource) {
    const metadata: EntityMetadata = dataSource.getMetadata(Entity);
    const { driver } = dataSource;
    this.table = driver.escape(metadata.tableName);
    this.columns = metadata.columns
      .map((column) => `${driver.escape(column.databaseName)} AS ${driver.escape(column.propertyName)}`)
      .join(', ');
    const converted = metadata.columns.filter((column) => column.transformer || !PLAIN_TYPES.has(column.type));
    this.convert = (row) => {
      for (const column of converted) {
        row[column.propertyName] = driver.prepareHydratedValue(row[column.propertyName], column);
      }
    };
  }

  /** The entity of a row that was selected with `columns`. */
  map<T extends object>(Entity: Type<T>, row: Row): T {
    this.convert(row);
    return Object.assign(new Entity(), row);
  }
}
