import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { type CursorCodec, invalidCursor, type SortKey } from '../../pagination/cursor.codec';
import type { Page } from '../../pagination/page';
import type { PageQueryDto } from '../../pagination/page-query.dto';
import { highestParameter } from '../sql/numbered-parameters';
import { BYTES, RowMapper } from '../sql/row-mapper';
import { KeysetOrder, type SortOrder } from './keyset-order';
import type { PageSelect, Reader } from './reader';

/** The rows of a list and their order. */
export interface KeysetList<T> {
  /** The name of the list; part of the scope that a cursor is signed for. */
  name: string;
  /** SQL condition over the table's columns; its values are `$1`, `$2`, ..., which bind by number. */
  where: string;
  /**
   * The sort order: `['isPinned', 'createdAt', 'id']`, all descending, or `{ property: 'dueOn', direction: 'asc' }`.
   */
  order: SortOrder<T>;
}

const DEFAULT_LIMIT = 20;

/**
 * Keyset pages: a page continues after the sort key of the last row instead of counting rows, so its cost and content
 * do not depend on how deep it is, and rows that are inserted or deleted neither repeat nor hide others. A page is also
 * bounded in bytes, so it may have fewer rows than requested and still be followed by others.
 */
export class KeysetPager<T extends object> {
  private readonly mapper: RowMapper;
  private readonly order: KeysetOrder<T>;
  /** The number of parameters of the condition. */
  private readonly given: number;
  private readonly firstPage: PageSelect;
  /** The statement of later pages, by which values of the sort key are null. */
  private readonly laterPages = new Map<string, PageSelect>();

  /** @param pageBytes maximum bytes of text on a page; one row always fits */
  constructor(
    private readonly Entity: Type<T>,
    private readonly list: KeysetList<T>,
    dataSource: DataSource,
    private readonly cursors: CursorCodec,
    private readonly pageBytes: number,
  ) {
    this.mapper = new RowMapper(Entity, dataSource);
    this.order = new KeysetOrder(Entity, list.order, dataSource);
    this.given = highestParameter(list.where);
    this.firstPage = this.statement(`(${list.where})`, this.given + 1);
  }

  /**
   * @param reader the connection to read from
   * @param parameters values of the list's condition
   * @param part the part of the rows, such as the owner's id: a cursor is valid for this list and part, and large reads
   * are served round-robin by part
   * @throws DomainError `invalid_cursor` for a cursor of another list or another part
   */
  async page(reader: Reader, parameters: unknown[], query: PageQueryDto, part: string): Promise<Page<T>> {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const scope = `${this.list.name}:${part}`;
    const after = query.cursor === undefined ? null : this.cursors.decode(scope, query.cursor);
    const statement = after === null ? this.firstPage : this.pageAfter(after);
    const values = after === null ? parameters : [...parameters, ...after.filter((value) => value !== null)];
    const { rows, hasMore } = await reader.page(statement, values, limit, part);
    const items = rows.map((row) => this.mapper.map(this.Entity, row));
    const last = items.at(-1);
    return { items, nextCursor: hasMore && last ? this.cursors.encode(scope, this.order.keyOf(last)) : null };
  }

  private pageAfter(key: SortKey): PageSelect {
    if (!this.order.fits(key)) throw invalidCursor();
    const nulls = key.map((value) => value === null);
    const kind = nulls.join();
    const known = this.laterPages.get(kind);
    if (known) return known;
    const values = nulls.filter((isNull) => !isNull).length;
    const where = `(${this.list.where}) AND ${this.order.after(nulls, this.given)}`;
    const statement = this.statement(where, this.given + values + 1);
    this.laterPages.set(kind, statement);
    return statement;
  }

  /** @param count the number of the LIMIT parameter */
  private statement(where: string, count: number): PageSelect {
    const { mapper, pageBytes, order } = this;
    const columns = mapper.properties;
    const rest = `${where} ORDER BY ${order.sql} LIMIT $${count}`;
    // Determines how many rows fit from their sizes and keys alone, before any text is read.
    const sizes = `SELECT ${mapper.bytes} AS "${BYTES}", ${order.names} FROM ${mapper.table} WHERE ${rest}`;
    const totals = `SELECT SUM("${BYTES}") OVER (ORDER BY ${order.sql} ROWS UNBOUNDED PRECEDING) AS "total" FROM (${sizes}) AS "sizes"`;
    const fitting = `SELECT CASE COUNT(*) WHEN 0 THEN 2 ELSE COUNT(*) + 1 END FROM (${totals}) AS "totals" WHERE "total" <= ${pageBytes}`;
    const sql = `SELECT * FROM (${mapper.selectWithBytes} ${rest}) AS "rows" LIMIT (${fitting})`;
    const bounded = { columns: [...columns, BYTES], sql };
    return { columns, sql: `${mapper.select} ${rest}`, bounded, bytes: pageBytes };
  }
}
