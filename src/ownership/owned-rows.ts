import type { Type } from '@nestjs/common';
import type { Database } from '../platform/database/database.service';
import type { SortOrder } from '../platform/database/reading/keyset-order';
import type { Clock } from '../platform/kernel/clock.service';
import { newId } from '../platform/kernel/ids';
import type { Page } from '../platform/pagination/page';
import type { PageQueryDto } from '../platform/pagination/page-query.dto';
import { DomainError } from '../platform/problems/domain-error';
import { OwnedDto } from './owned.dto';
import type { OwnedEntity } from './owned.entity';

/** The properties that a domain module adds to an owned row. */
export type OwnValues<T extends OwnedEntity> = Omit<T, keyof OwnedEntity>;

/**
 * The base class of a domain module's service, for rows of one entity. Every method requires the owner, or a row that
 * the guard has admitted.
 */
export abstract class OwnedRows<T extends OwnedEntity> {
  /** Name of the table. */
  readonly name: string;
  private readonly page;

  /** @param order the sort order of the owner's list; the last property is unique */
  protected constructor(
    protected readonly database: Database,
    protected readonly clock: Clock,
    private readonly Entity: Type<T>,
    order: SortOrder<T>,
  ) {
    this.name = database.tableName(Entity);
    this.page = database.list(Entity, { name: Entity.name, where: '"ownerId" = $1', order });
  }

  /** A page of the owner's rows. @throws DomainError `invalid_cursor` */
  list(ownerId: string, query: PageQueryDto): Promise<Page<T>> {
    return this.page([ownerId], query);
  }

  /** The owner's row with this id, or null. */
  findOwned(ownerId: string, id: string): Promise<T | null> {
    return this.database.selectOne(this.Entity, '"id" = $1 AND "ownerId" = $2', [id, ownerId]);
  }

  /** Inserts a row of this owner. @param id generated if omitted */
  insert(ownerId: string, values: OwnValues<T>, id?: string): Promise<T> {
    return this.database.insert(this.Entity, this.newRow(ownerId, values, id));
  }

  /**
   * Updates the given properties that are not undefined.
   * @param version the `updatedAt` that the row must still have; any if omitted
   * @throws DomainError `not_found` when the row was deleted in the meantime, or has another owner;
   * `precondition_failed` when it has another version
   */
  async update(row: T, changes: Partial<OwnValues<T>>, version?: T['updatedAt']): Promise<T> {
    const changed = Object.assign(new this.Entity(), changes, { updatedAt: this.clock.now() });
    // Greater than before even within one millisecond, because it identifies the version.
    if (version === undefined) return this.database.update(this.Entity, keyOf(row), changed, 'updatedAt');
    try {
      return await this.database.update(this.Entity, { ...keyOf(row), updatedAt: version }, changed, 'updatedAt');
    } catch (error) {
      const isOutdated = error instanceof DomainError && (await this.findOwned(row.ownerId, row.id)) !== null;
      throw isOutdated ? new DomainError('precondition_failed', 'This was changed in the meantime.') : error;
    }
  }

  /** Deletes a row. @throws DomainError `not_found` like `update` */
  remove(row: T): Promise<void> {
    return this.database.remove(this.Entity, keyOf(row));
  }

  /** A new row of this owner, to be inserted in a transaction. @param id generated if omitted */
  newRow(ownerId: string, values: OwnValues<T>, id = newId()): T {
    const now = this.clock.now();
    const owned: OwnedEntity = { id, ownerId, createdAt: now, updatedAt: now };
    return Object.assign(new this.Entity(), values, owned);
  }

  /** A row in the owner's export: every property, with those common to all owned rows as in the API. */
  exported(row: T): object {
    return Object.assign({}, row, OwnedDto.of(row));
  }
}

/** Includes the owner: a row that changed hands since it was read no longer matches. */
const keyOf = <T extends OwnedEntity>({ id, ownerId }: T): Pick<T, 'id' | 'ownerId'> => ({ id, ownerId });
