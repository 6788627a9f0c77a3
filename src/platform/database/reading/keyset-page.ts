import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { CursorCodec, SortKey } from '../../pagination/cursor.codec';
import type { Page } from '../../pagination/page';
import type { PageQueryDto } from '../../pagination/page-query.dto';
import { BYTES, RowMapper } from '../sql/row-mapper';
import type { PageSelect, Reader } from './reader';

/** What a list shows and in which order. */
export interface KeysetList<T> {
  /** Names the list; part of what a cursor is signed for. */
  name: string;
  /** SQL condition over the table's columns with `$1`, `$2`, ... in the order of `parameters`. */
  where: string;
  /** Properties to sort by, all descending and never null; the last one is unique. */
  order: readonly (keyof T & string)[];
}

const DEFAULT_LIMIT = 20;

/**
 * Keyset pages: a page continues after the sort key of the last row instead of counting rows, so its cost and content
 * do not depend on how deep it is, and rows that come or go neither repeat nor hide others. A page is bounded in bytes
 * too, so it may have fewer rows than were asked for and still be followed by others.
 */
export class KeysetPager<T extends object> {
  private readonly mapper: RowMapper;
  private readonly firstPage: PageSelect;
  private readonly laterPage: PageSelect;

  /** @param pageBytes most bytes of text on a page; one row always fits */
  constructor(
    private readonly Entity: Type<T>,
    private readonly list: KeysetList<T>,
    dataSource: DataSource,
    private readonly cursors: CursorCodec,
    private readonly pageBytes: number,
  ) {
    this.mapper = new RowMapper(Entity, dataSource);
    const keys = list.order.map((property) => dataSource.driver.escape(property));
    const filters = new Set(list.where.match(/\$\d+/g)).size;
    const marks = keys.map((_, index) => `$${filters + index + 1}`);
    const after = `(${keys.join(', ')}) < (${marks.join(', ')})`;
    this.firstPage = this.statement(keys, `(${list.where})`, `$${filters + 1}`);
    this.laterPage = this.statement(keys, `(${list.where}) AND ${after}`, `$${filters + keys.length + 1}`);
  }

  /**
   * @param reader the connection to read from
   * @param parameters values of the list's condition
   * @param part which part of the rows it is, such as its owner's id: what a cursor is good for besides this list, and
   * by what large reads take turns
   * @throws DomainError `invalid_cursor` for a cursor of another list or another part
   */
  async page(reader: Reader, parameters: unknown[], query: PageQueryDto, part: string): Promise<Page<T>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const scope = `${this.list.name}:${part}`;
    const after: SortKey = query.cursor === undefined ? [] : this.cursors.decode(scope, query.cursor);
    const statement = query.cursor === undefined ? this.firstPage : this.laterPage;
    const { rows, hasMore } = await reader.page(statement, [...parameters, ...after], limit, part);
    const items = rows.map((values) => this.mapper.map(this.Entity, values));
    const last = items.at(-1);
    return { items, nextCursor: hasMore && last ? this.cursors.encode(scope, this.sortKey(last)) : null };
  }

  /** @param count the parameter that says how many rows */
  private statement(keys: readonly string[], where: string, count: string): PageSelect {
    const { mapper, pageBytes } = this;
    const columns = mapper.properties;
    const order = keys.map((key) => `${key} DESC`).join(', ');
    const rest = `${where} ORDER BY ${order} LIMIT ${count}`;
    // How many rows fit is found out from their sizes and keys alone, before any text is read.
    const sizes = `SELECT ${mapper.bytes} AS "${BYTES}", ${keys.join(', ')} FROM ${mapper.table} WHERE ${rest}`;
    const totals = `SELECT SUM("${BYTES}") OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING) AS "total" FROM (${sizes}) AS "sizes"`;
    const fitting = `SELECT CASE COUNT(*) WHEN 0 THEN 2 ELSE COUNT(*) + 1 END FROM (${totals}) AS "totals" WHERE "total" <= ${pageBytes}`;
    const sql = `SELECT * FROM (${mapper.selectWithBytes} ${rest}) AS "rows" LIMIT (${fitting})`;
    const bounded = { columns: [...columns, BYTES], sql };
    return { columns, sql: `${mapper.select} ${rest}`, bounded, bytes: pageBytes };
  }

  private sortKey(row: T): SortKey {
    return this.list.order.map((property) => {
      const value = row[property];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
      throw new TypeError(`${this.list.name} can not be sorted by ${property}`);
    });
  }
}
