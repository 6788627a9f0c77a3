import type { Type } from '@nestjs/common';
import type { Database } from '../platform/database/database';
import type { SortOrder } from '../platform/database/reading/keyset-order';
import type { Clock } from '../platform/kernel/clock';
import { newId } from '../platform/kernel/ids';
import type { Page } from '../platform/pagination/page';
import type { PageQueryDto } from '../platform/pagination/page-query.dto';
import { DomainError } from '../platform/problems/domain-error';
import { OwnedDto } from './owned.dto';
import type { OwnedEntity } from './owned.entity';

/** What a domain module adds to an owned row. */
export type OwnValues<T extends OwnedEntity> = Omit<T, keyof OwnedEntity>;

/**
 * Rows of one entity, for one owner at a time: the base of a domain module's service. Every way to a row names its
 * owner or takes the row that the ownership guard has let through.
 */
export abstract class OwnedRows<T extends OwnedEntity> {
  /** Name of the table. */
  readonly name: string;
  private readonly page;

  /** @param order what the owner's list is sorted by; the last property is unique */
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
  find(ownerId: string, id: string): Promise<T | null> {
    return this.database.selectOne(this.Entity, '"id" = $1 AND "ownerId" = $2', [id, ownerId]);
  }

  /** Makes a row of this owner. @param id a new one when left out */
  insert(ownerId: string, values: OwnValues<T>, id?: string): Promise<T> {
    return this.database.insert(this.Entity, this.newRow(ownerId, values, id));
  }

  /**
   * Changes what is given and not undefined.
   * @param version the `updatedAt` of the row that the changes are meant for; whatever it is when left out
   * @throws DomainError `not_found` when the row was deleted meanwhile, or belongs to another owner by now;
   * `precondition_failed` when it has another version by now
   */
  async update(row: T, changes: Partial<OwnValues<T>>, version?: T['updatedAt']): Promise<T> {
    const changed = Object.assign(new this.Entity(), changes, { updatedAt: this.clock.now() });
    // Always more than before, also within one millisecond: it tells one version from the next.
    if (version === undefined) return this.database.update(this.Entity, keyOf(row), changed, 'updatedAt');
    try {
      return await this.database.update(this.Entity, { ...keyOf(row), updatedAt: version }, changed, 'updatedAt');
    } catch (error) {
      const isOutdated = error instanceof DomainError && (await this.find(row.ownerId, row.id)) !== null;
      throw isOutdated ? new DomainError('precondition_failed', 'This was changed meanwhile.') : error;
    }
  }

  /** Deletes a row. @throws DomainError `not_found` as `update` */
  remove(row: T): Promise<void> {
    return this.database.remove(this.Entity, keyOf(row));
  }

  /** A new row of this owner, for a transaction that inserts it. @param id a new one when left out */
  newRow(ownerId: string, values: OwnValues<T>, id = newId()): T {
    const now = this.clock.now();
    const owned: OwnedEntity = { id, ownerId, createdAt: now, updatedAt: now };
    return Object.assign(new this.Entity(), values, owned);
  }

  /** A row as its owner takes it away: every property, those of all owned rows as the API shows them. */
  exported(row: T): object {
    return Object.assign({}, row, OwnedDto.of(row));
  }
}

/** Whose row it is, besides which: what changed hands since it was read is not there for the owner who read it. */
const keyOf = <T extends OwnedEntity>({ id, ownerId }: T): Pick<T, 'id' | 'ownerId'> => ({ id, ownerId });
