import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { SortKey } from '../../pagination/cursor.codec';

/** A property to sort by: text, number or boolean. */
export interface SortBy<T> {
  property: keyof T & string;
  /** Descending when left out. */
  direction?: 'asc' | 'desc';
  /** The position of nulls, on both databases; last when left out, in either direction. */
  nulls?: 'first' | 'last';
}

/**
 * The sort order of a list, most significant first; a plain property is descending. The last one is unique and not
 * nullable, so that no two rows are equal.
 */
export type SortOrder<T> = readonly ((keyof T & string) | SortBy<T>)[];

interface SortColumn<T> extends Required<SortBy<T>> {
  /** The quoted SQL name. */
  name: string;
  isNullable: boolean;
}

/** The SQL of an order, and of the rows after a given sort key. */
export class KeysetOrder<T extends object> {
  /** The quoted names of the columns. */
  readonly names: string;
  /** The expression after `ORDER BY`. */
  readonly sql: string;
  private readonly columns: readonly SortColumn<T>[];
  private readonly comparison: '<' | '>' | null;

  /** @throws TypeError for a property without a column, and for an order whose last property is nullable */
  constructor(Entity: Type<T>, order: SortOrder<T>, dataSource: DataSource) {
    this.columns = order.map((given) =>
      sortColumn(Entity, typeof given === 'string' ? { property: given } : given, dataSource),
    );
    if (this.columns.at(-1)?.isNullable ?? true)
      throw new TypeError(`A list of ${Entity.name} has no last property, or a nullable one`);
    this.names = this.columns.map(({ name }) => name).join(', ');
    this.sql = this.columns
      .map(({ name, direction, isNullable, nulls }) => {
        return `${name} ${direction.toUpperCase()}${isNullable ? ` NULLS ${nulls.toUpperCase()}` : ''}`;
      })
      .join(', ');
    const isUniform = this.columns.every((column) => {
      return !column.isNullable && column.direction === this.columns[0]?.direction;
    });
    this.comparison = isUniform ? operatorOf(this.columns[0]?.direction) : null;
  }

  /** The sort key of a row. @throws TypeError for values other than text, numbers or booleans */
  keyOf(row: T): SortKey {
    return this.columns.map(({ property, isNullable }) => {
      const value = row[property];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
      if (value === null && isNullable) return null;
      throw new TypeError(`A list cannot be sorted by ${property}`);
    });
  }

  /** Whether a sort key fits this order, rather than one that the list had in an earlier version. */
  fits(key: SortKey): boolean {
    return (
      key.length === this.columns.length && this.columns.every((column, i) => column.isNullable || key[i] !== null)
    );
  }

  /**
   * The condition for rows after a sort key.
   * @param nulls which values of the key are null; the others are parameters
   * @param before the number of parameters before them
   */
  after(nulls: readonly boolean[], before: number): string {
    let count = before;
    const marks = nulls.map((isNull) => (isNull ? null : `$${(count += 1)}`));
    // An index can start exactly at this key.
    if (this.comparison) return `(${this.names}) ${this.comparison} (${marks.join(', ')})`;
    const [column, mark] = [this.columns[0], marks[0]];
    const behind = this.columns.reduceRight((rest, each, index) => follow(each, marks[index] ?? null, rest), '');
    // Repeats the bound on the first column, which is implied, so that an index can serve it.
    const isBounded = column && mark && !(column.isNullable && column.nulls === 'last');
    return isBounded ? `${column.name} ${operatorOf(column.direction)}= ${mark} AND (${behind})` : `(${behind})`;
  }
}

const operatorOf = (direction: 'asc' | 'desc' | undefined) => (direction === 'asc' ? '>' : '<');

function sortColumn<T extends object>(Entity: Type<T>, by: SortBy<T>, dataSource: DataSource): SortColumn<T> {
  const column = dataSource.getMetadata(Entity).findColumnWithPropertyName(by.property);
  if (!column) throw new TypeError(`${Entity.name} has no column ${by.property} to sort by`);
  const { databaseName, isNullable } = column;
  return { direction: 'desc', nulls: 'last', ...by, name: dataSource.driver.escape(databaseName), isNullable };
}

/**
 * After the key by this column, or equal in it and after the key by the rest. @param mark parameter of the value; null
 * for null
 */
function follow<T>({ name, direction, isNullable, nulls }: SortColumn<T>, mark: string | null, rest: string): string {
  const tie = rest === '' ? [] : [`${name} ${mark === null ? 'IS NULL' : `= ${mark}`} AND (${rest})`];
  if (mark === null) return [...(nulls === 'first' ? [`${name} IS NOT NULL`] : []), ...tie].join(' OR ');
  const orNull = isNullable && nulls === 'last' ? [`${name} IS NULL`] : [];
  return [`${name} ${operatorOf(direction)} ${mark}`, ...orNull, ...tie].join(' OR ');
}
