import type { Type } from '@nestjs/common';
import type { DataSource, EntityMetadata } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

/** SQL with the values of its parameters `$1`, `$2`, ..., which bind by number. */
export interface Statement {
  sql: string;
  parameters: readonly unknown[];
}

/** Column types whose driver value needs no conversion. */
const PLAIN_TYPES = new Set<unknown>(['uuid', 'varchar', 'text', 'bigint', 'integer']);

/** Name of the column with the bytes of text in a row; no property can have this name. */
export const BYTES = '#bytes';

/** Name of the column with an additional value of a row; no property can have this name. */
export const VALUE = '#value';

/** Column types of a few bytes. */
const SMALL_TYPES = new Set<unknown>(['uuid', 'bigint', 'integer', 'boolean']);

/**
 * Builds statements and maps rows of one entity by TypeORM's metadata, at a fraction of the cost of its query builders:
 * constant parts are built once instead of for every request.
 */
export class RowMapper {
  /** `SELECT` of every column by its property's name, up to the condition. */
  readonly select: string;
  /** The properties, in the order of the columns of `select`. */
  readonly properties: readonly string[];
  /** The column list of SELECT and RETURNING, by property name. */
  readonly selected: string;
  /** The quoted name of the table. */
  readonly table: string;
  /** SQL for the bytes of text in a row; neither database has to read the text for it. */
  readonly bytes: string;
  /** `select` with `bytes` as an additional column named BYTES. */
  readonly selectWithBytes: string;
  private readonly insertInto: string;
  private readonly columns: ColumnMetadata[];
  private readonly converted: [number, ColumnMetadata][];
  private readonly driver: Driver;

  constructor(
    private readonly Entity: Type<object>,
    dataSource: DataSource,
  ) {
    const metadata: EntityMetadata = dataSource.getMetadata(Entity);
    this.driver = dataSource.driver;
    this.columns = metadata.columns;
    this.properties = this.columns.map((column) => column.propertyName);
    this.converted = [...this.columns.entries()].filter(
      ([, column]) => column.transformer || !PLAIN_TYPES.has(column.type),
    );
    this.table = this.driver.escape(metadata.tableName);
    const names = this.columns.map((column) => this.name(column)).join(', ');
    this.selected = this.columns
      .map((column) => `${this.name(column)} AS ${this.driver.escape(column.propertyName)}`)
      .join(', ');
    this.bytes =
      this.columns
        .filter(({ type }) => !SMALL_TYPES.has(type))
        .map((column) => this.bytesOf(column))
        .join(' + ') || '0';
    this.select = `SELECT ${this.selected} FROM ${this.table} WHERE`;
    this.selectWithBytes = `SELECT ${this.selected}, ${this.bytes} AS "${BYTES}" FROM ${this.table} WHERE`;
    this.insertInto = `INSERT INTO ${this.table} (${names}) VALUES ${marks(this.columns.length, 0)}`;
  }

  /** `select` with an additional column named VALUE. @param value its SQL */
  selectWith(value: string): string {
    return `SELECT ${this.selected}, (${value}) AS "${VALUE}" FROM ${this.table} WHERE`;
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

  /** Inserts whole rows. */
  insert(rows: readonly object[]): Statement {
    const width = this.columns.length;
    const more = rows.slice(1).map((_, index) => `, ${marks(width, (index + 1) * width)}`);
    const parameters = rows.flatMap((row) => this.columns.map((column) => this.persistent(row, column)));
    return { sql: this.insertInto + more.join(''), parameters };
  }

  /**
   * Updates the properties that are not undefined, in the rows that match a condition.
   * @param growing a numeric property that increases by 1 if the given value is not greater than the stored one
   * @throws TypeError when there are no such properties
   */
  update({ sql, parameters }: Statement, changes: object, growing?: string): Statement {
    const given = this.columns.filter((column) => Reflect.get(changes, column.propertyName) !== undefined);
    if (given.length === 0) throw new TypeError(`No column of ${this.table} is to be changed`);
    const values = given.map((column) => this.persistent(changes, column));
    const assignments = given.map((column, index) => {
      const [name, value] = [this.name(column), `$${parameters.length + index + 1}`];
      const next = `CASE WHEN ${name} < ${value} THEN ${value} ELSE ${name} + 1 END`;
      return `${name} = ${column.propertyName === growing ? next : value}`;
    });
    return {
      sql: `UPDATE ${this.table} SET ${assignments.join(', ')} WHERE ${sql}`,
      parameters: [...parameters, ...values],
    };
  }

  /**
   * The condition that the properties have the given values.
   * @throws TypeError for undefined values or none, which would match unintended rows, and for an entity, which would
   * stop matching once any of its columns changed
   */
  matching(key: object): Statement {
    if (key instanceof this.Entity)
      throw new TypeError(`Name the properties that say which row of ${this.table} is meant`);
    const given = this.columns.filter(({ propertyName }) => propertyName in key);
    const parameters: unknown[] = [];
    const conditions = given.map((column) => {
      const value = this.persistent(key, column);
      if (value === undefined) throw new TypeError(`${column.propertyName} of ${this.table} is undefined`);
      if (value === null) return `${this.name(column)} IS NULL`;
      parameters.push(value);
      return `${this.name(column)} = $${parameters.length}`;
    });
    if (conditions.length === 0) throw new TypeError(`No column says which row of ${this.table} is meant`);
    return { sql: conditions.join(' AND '), parameters };
  }

  private name({ databaseName }: ColumnMetadata): string {
    return this.driver.escape(databaseName);
  }

  private bytesOf(column: ColumnMetadata): string {
    const name = this.name(column);
    // PostgreSQL's octet_length needs text.
    const text = this.driver.options.type === 'postgres' ? `CAST(${name} AS text)` : name;
    return `COALESCE(octet_length(${text}), 0)`;
  }

  private persistent(row: object, column: ColumnMetadata): unknown {
    const value: unknown = this.driver.preparePersistentValue(Reflect.get(row, column.propertyName), column);
    return value;
  }
}

/** Placeholders for the values of a row. @param before the number of parameters before it */
const marks = (count: number, before: number): string =>
  `(${Array.from({ length: count }, (_, index) => `$${before + index + 1}`).join(', ')})`;

/** The mappers of all entities, created on first use. */
export class RowMappers {
  private readonly mappers = new Map<Type<object>, RowMapper>();

  constructor(private readonly dataSource: DataSource) {}

  of(Entity: Type<object>): RowMapper {
    const mapper = this.mappers.get(Entity) ?? new RowMapper(Entity, this.dataSource);
    this.mappers.set(Entity, mapper);
    return mapper;
  }
}

/** Narrows an object so that its properties can be set by name. */
const isRecord = (value: object): value is Record<string, unknown> => typeof value === 'object';

/** Plain assignment; Reflect.set costs eight times as much. */
function setProperty(target: object, property: string | undefined, value: unknown): void {
  if (property !== undefined && isRecord(target)) target[property] = value;
}
