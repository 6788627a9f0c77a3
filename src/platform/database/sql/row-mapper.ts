import type { Type } from '@nestjs/common';
import type { DataSource, EntityMetadata } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** A statement with its values, in the order of `$1`, `$2`, ... */
export interface Statement {
  sql: string;
  parameters: unknown[];
}

/** Column types whose driver value is already the value of the property. */
const PLAIN_TYPES = new Set<unknown>(['uuid', 'varchar', 'text', 'bigint', 'integer']);

/** Name of the column that tells how many bytes of text a row has; no property is called like that. */
export const BYTES = '#bytes';

/** Column types of a few bytes, whatever the row. */
const SMALL_TYPES = new Set<unknown>(['uuid', 'bigint', 'integer', 'boolean']);

/**
 * Statements and rows of one entity, by TypeORM's own metadata, at a fraction of the cost of its builders: what can be
 * written once is not written again for every request.
 */
export class RowMapper {
  /** `SELECT` of every column under its property's name, up to the condition. */
  readonly select: string;
  /** The properties, in the order of the columns of `select`. */
  readonly properties: readonly string[];
  /** Name of the table, as SQL writes it. */
  readonly table: string;
  /** How many bytes of text a row has, in SQL; neither database has to read the text for it. */
  readonly bytes: string;
  /** `select` with `bytes` as one more column, under the name that BYTES has. */
  readonly selectWithBytes: string;
  private readonly insertInto: string;
  private readonly columns: ColumnMetadata[];
  private readonly converted: [number, ColumnMetadata][];
  private readonly driver: Driver;

  constructor(Entity: Type<object>, dataSource: DataSource) {
    const metadata: EntityMetadata = dataSource.getMetadata(Entity);
    this.driver = dataSource.driver;
    this.columns = metadata.columns;
    this.properties = this.columns.map((column) => column.propertyName);
    this.converted = [...this.columns.entries()].filter(
      ([, column]) => column.transformer || !PLAIN_TYPES.has(column.type),
    );
    this.table = this.driver.escape(metadata.tableName);
    const names = this.columns.map((column) => this.driver.escape(column.databaseName));
    const aliased = this.columns.map(
      (column, index) => `${names[index]} AS ${this.driver.escape(column.propertyName)}`,
    );
    const marks = names.map((_, index) => `$${index + 1}`);
    this.bytes =
      this.columns
        .filter(({ type }) => !SMALL_TYPES.has(type))
        .map((column) => this.bytesOf(column))
        .join(' + ') || '0';
    this.select = `SELECT ${aliased.join(', ')} FROM ${this.table} WHERE`;
    this.selectWithBytes = `SELECT ${aliased.join(', ')}, ${this.bytes} AS "${BYTES}" FROM ${this.table} WHERE`;
    this.insertInto = `INSERT INTO ${this.table} (${names.join(', ')}) VALUES (${marks.join(', ')})`;
  }

  /** The entity of a selected row. @param values in the order of `properties` */
  map<T extends object>(Entity: Type<T>, values: unknown[]): T {
    for (const [index, column] of this.converted) {
      values[index] = this.driver.prepareHydratedValue(values[index], column);
    }
    const entity = new Entity();
    for (let index = 0; index < values.length; index += 1) setProperty(entity, this.properties[index], values[index]);
    return entity;
  }

  /** Inserts a whole row. */
  insert(row: object): Statement {
    return { sql: this.insertInto, parameters: this.columns.map((column) => this.persistent(row, column)) };
  }

  /** Updates the properties that are given and not undefined, of the row with this id. */
  update(id: string, changes: object): Statement {
    const given = this.columns.filter((column) => Reflect.get(changes, column.propertyName) !== undefined);
    const assignments = given.map((column, index) => `${this.driver.escape(column.databaseName)} = $${index + 1}`);
    return {
      sql: `UPDATE ${this.table} SET ${assignments.join(', ')} WHERE "id" = $${given.length + 1}`,
      parameters: [...given.map((column) => this.persistent(changes, column)), id],
    };
  }

  private bytesOf({ databaseName }: ColumnMetadata): string {
    const name = this.driver.escape(databaseName);
    // PostgreSQL measures text, and nothing else without a conversion.
    const text = this.driver.options.type === 'postgres' ? `CAST(${name} AS text)` : name;
    return `COALESCE(octet_length(${text}), 0)`;
  }

  private persistent(row: object, column: ColumnMetadata): unknown {
    const value: unknown = this.driver.preparePersistentValue(Reflect.get(row, column.propertyName), column);
    return value;
  }
}

/** Whether properties of it can be named by text, as those of every object can. */
const isRecord = (value: object): value is Record<string, unknown> => typeof value === 'object';

/** Plain assignment; Reflect.set costs eight times as much. */
function setProperty(target: object, property: string | undefined, value: unknown): void {
  if (property !== undefined && isRecord(target)) target[property] = value;
}
