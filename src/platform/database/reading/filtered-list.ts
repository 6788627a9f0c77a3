import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { CursorCodec } from '../../pagination/cursor.codec';
import type { Page } from '../../pagination/page';
import type { PageQueryDto } from '../../pagination/page-query.dto';
import { type KeysetList, KeysetPager } from './keyset-page';
import type { Reader } from './reader';

/** A list that each request can filter. */
export interface FilteredList<T, F extends string> extends Omit<KeysetList<T>, 'where'> {
  /** SQL condition of each filter over quoted columns, with `$` as the placeholder of its value. */
  filters: Readonly<Record<F, string>>;
}

/** The values of the filters; an undefined filter is not applied. */
export type FilterValues<F extends string> = Partial<Record<F, string | number | boolean | undefined>>;

/** Keyset pages of a filtered list. Each combination of filters is a separate list, whose statement is built once. */
export class FilteredPager<T extends object, F extends string> {
  private readonly pagers = new Map<string, KeysetPager<T>>();

  constructor(
    private readonly Entity: Type<T>,
    private readonly list: FilteredList<T, F>,
    private readonly dataSource: DataSource,
    private readonly cursors: CursorCodec,
    private readonly pageBytes: number,
  ) {}

  /** @throws DomainError `invalid_cursor` for a cursor of another list, or of other filters or values of them */
  page(reader: Reader, values: FilterValues<F>, query: PageQueryDto): Promise<Page<T>> {
    const conditions: string[] = [];
    const parameters: unknown[] = [];
    for (const name of Object.keys(this.list.filters) as F[]) {
      if (values[name] === undefined) continue;
      parameters.push(values[name]);
      conditions.push(this.list.filters[name].replaceAll('$', () => `$${parameters.length}`));
    }
    const where = conditions.map((condition) => `(${condition})`).join(' AND ') || 'TRUE';
    const pager = this.pagers.get(where) ?? this.prepare(where);
    return pager.page(reader, parameters, query, JSON.stringify([where, parameters]));
  }

  private prepare(where: string): KeysetPager<T> {
    const { name, order } = this.list;
    const list = { name, order, where };
    const pager = new KeysetPager(this.Entity, list, this.dataSource, this.cursors, this.pageBytes);
    this.pagers.set(where, pager);
    return pager;
  }
}
