import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { CursorCodec, SortKey } from '../common/pagination/cursor.codec';
import type { Page } from '../common/pagination/page';
import type { PageQueryDto } from '../common/pagination/page-query.dto';
import type { Reader, Select } from './readers';
import { RowMapper } from './row-mapper';

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
 * do not depend on how deep it is, and rows that come or go neither repeat nor hide others.
 */
export class KeysetPager<T extends object> {
  private readonly mapper: RowMapper;
  private readonly firstPage: Select;
  private readonly laterPage: Select;

  constructor(
    private readonly Entity: Type<T>,
    private readonly list: KeysetList<T>,
    dataSource: DataSource,
    private readonly cursors: CursorCodec,
  ) {
    this.mapper = new RowMapper(Entity, dataSource);
    const { driver } = dataSource;
    const keys = list.order.map((property) => driver.escape(property));
    const filters = new Set(list.where.match(/\$\d+/g)).size;
    const marks = keys.map((_, index) => `$${filters + index + 1}`);
    const select = `${this.mapper.select} (${list.where})`;
    const order = `ORDER BY ${keys.map((key) => `${key} DESC`).join(', ')} LIMIT`;
    const columns = this.mapper.properties;
    this.firstPage = { columns, sql: `${select} ${order} $${filters + 1}` };
    const after = `(${keys.join(', ')}) < (${marks.join(', ')})`;
    this.laterPage = { columns, sql: `${select} AND ${after} ${order} $${filters + keys.length + 1}` };
  }

  /**
   * @param reader the connection to read from
   * @param parameters values of the list's condition
   * @param part which part of the rows it is, such as its owner's id: what a cursor is good for besides this list
   * @throws DomainError `invalid_cursor` for a cursor of another list or another part
   */
  async page(reader: Reader, parameters: unknown[], query: PageQueryDto, part: string): Promise<Page<T>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const scope = `${this.list.name}:${part}`;
    const after: SortKey = query.cursor === undefined ? [] : this.cursors.decode(scope, query.cursor);
    const statement = query.cursor === undefined ? this.firstPage : this.laterPage;
    // One row more than asked tells whether there is a next page.
    const rows = await reader.query(statement, [...parameters, ...after, limit + 1]);
    const items = rows.slice(0, limit).map((values) => this.mapper.map(this.Entity, values));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? this.cursors.encode(scope, this.sortKey(last)) : null };
  }

  private sortKey(row: T): SortKey {
    return this.list.order.map((property) => {
      const value = row[property];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
      throw new TypeError(`${this.list.name} can not be sorted by ${property}`);
    });
  }
}
