import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DatabaseConfig } from '../config/database.config';
import { ResponseConfig } from '../config/response.config';
import { isOpenToOthers } from '../kernel/private-files';
import { CursorCodec } from '../pagination/cursor.codec';
import type { PageQueryDto } from '../pagination/page-query.dto';
import { noSuch } from '../problems/domain-error';
import { ExternalWriteWatcher } from './connection/external-write-watcher';
import { type FilteredList, FilteredPager, type FilterValues } from './reading/filtered-list';
import { type KeysetList, KeysetPager } from './reading/keyset-page';
import type { Reader } from './reading/reader';
import { openReader } from './reading/readers';
import { isDeadlock } from './sql/database-errors';
import { RowMapper } from './sql/row-mapper';
import { TransactionHooks } from './transaction-hooks';

interface Identified {
  id: string;
}

/** Tries of a transaction that PostgreSQL ends because others wait for it. */
const MAX_TRIES = 3;

/**
 * The one seam to the database. Reads go to connections of their own on SQLite and to the pool on PostgreSQL;
 * writes and transactions go through `manager` and `transaction`, safe under concurrency on both.
 */
@Injectable()
export class Database implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private opened: Reader | undefined;
  private readonly mappers = new Map<Type<object>, RowMapper>();
  private readonly hooks = new TransactionHooks();
  private readonly externalWrites: ExternalWriteWatcher;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: DatabaseConfig,
    private readonly cursors: CursorCodec,
    private readonly responses: ResponseConfig,
  ) {
    this.externalWrites = new ExternalWriteWatcher(dataSource);
  }

  /** Whether no other process serves from the database, as on SQLite. Commands may write to it all the same: see `onExternalWrite`. */
  get isSingleProcess(): boolean {
    return this.dataSource.options.type === 'sqlite';
  }

  /** Single statements that write: `manager.insert(Note, note)`. Each is atomic by itself. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /**
   * For a `find` within a transaction: nobody else changes the rows before it ends. Rows that refer to them can be
   * added meanwhile. SQLite has one writer at a time anyway.
   */
  get rowLock(): { lock?: { mode: 'for_no_key_update' } } {
    return this.isSingleProcess ? {} : { lock: { mode: 'for_no_key_update' } };
  }

  async onModuleInit(): Promise<void> {
    this.opened = await openReader(this.config, this.dataSource, this.responses.pageBytes);
    const { dataDir } = this.config;
    // It is the operator's to change: others may have been let in on purpose.
    if (isOpenToOthers(dataDir)) new Logger(Database.name).warn(`${dataDir} is open to other users: chmod 700 it`);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.externalWrites.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }

  /**
   * Runs several statements as one: all of them happen or none. Of transactions that wait for each other in a circle
   * PostgreSQL ends one, which is then run again, so the work may do nothing but ask the database. Use only the given manager inside;
   * a statement of another one would wait for this transaction to end.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const [result, follow] = await this.dataSource.transaction((manager) => this.hooks.run(manager, work));
        follow();
        return result;
      } catch (error) {
        if (!isDeadlock(error) || tries === MAX_TRIES) throw error;
      }
    }
  }

  /** Registers the last statements of a transaction: what takes a lock that everybody wants belongs there. */
  beforeCommit(manager: EntityManager, work: () => Promise<void>): void {
    this.hooks.of(manager).beforeCommit.push(work);
  }

  /** Registers what is to follow once the transaction is committed, and not at all when it is rolled back. */
  afterCommit(manager: EntityManager, work: () => void): void {
    this.hooks.of(manager).afterCommit.push(work);
  }

  /** Registers what to do when another process may have written to the SQLite file: whoever keeps copies forgets them. */
  onExternalWrite(forget: () => void): void {
    this.externalWrites.listen(forget);
  }

  /** Begins to notice what other processes write; who serves does that before the first request. */
  watchExternalWrites(): Promise<void> {
    return this.externalWrites.start();
  }

  /** The row with this id, or null. */
  async findById<T extends object>(Entity: Type<T>, id: string): Promise<T | null> {
    const [row] = await this.select(Entity, '"id" = $1', [id]);
    return row ?? null;
  }

  /**
   * Rows that meet an SQL condition.
   * @param where condition over quoted columns, its values as `$1`, `$2`, ... in order of first appearance
   */
  async select<T extends object>(Entity: Type<T>, where: string, parameters: unknown[]): Promise<T[]> {
    const mapper = this.mapper(Entity);
    const select = { sql: `${mapper.select} ${where}`, columns: mapper.properties };
    const rows = await this.reader.query(select, parameters);
    return rows.map((values) => mapper.map(Entity, values));
  }

  /** Inserts one row, by itself or within the transaction of the given manager. @returns it */
  async insert<T extends object>(Entity: Type<T>, row: T, manager = this.manager): Promise<T> {
    const { sql, parameters } = this.mapper(Entity).insert(row);
    await manager.query(sql, parameters);
    return row;
  }

  /**
   * Changes columns of one row by one statement; columns that are undefined stay.
   * @returns the row as it is now; @throws DomainError `not_found` when it is gone
   */
  async update<T extends Identified>(Entity: Type<T>, { id }: Identified, changes: Partial<T>): Promise<T> {
    const { sql, parameters } = this.mapper(Entity).update(id, changes);
    await this.manager.query(sql, parameters);
    const row = await this.findById(Entity, id);
    if (!row) throw noSuch(Entity.name);
    return row;
  }

  /** Deletes one row. @throws DomainError `not_found` when it is gone already */
  async remove<T extends Identified>(Entity: Type<T>, { id }: Identified): Promise<void> {
    const { affected } = await this.manager.createQueryBuilder().delete().from(Entity).where({ id }).execute();
    if (affected !== 1) throw noSuch(Entity.name);
  }

  /** The name of an entity's table. */
  tableName(Entity: Type<object>): string {
    return this.dataSource.getMetadata(Entity).tableName;
  }

  /**
   * Prepares a paged list, once at construction: `this.ownNotes = database.list(Note, { name, where, order })`. The first
   * of its parameters is whose list it is; cursors are good for that one alone.
   */
  list<T extends object>(Entity: Type<T>, list: KeysetList<T>) {
    const pager = new KeysetPager(Entity, list, this.dataSource, this.cursors, this.responses.pageBytes);
    return (parameters: [string, ...unknown[]], query: PageQueryDto) =>
      pager.page(this.reader, parameters, query, parameters[0]);
  }

  /**
   * Prepares a paged list with filters, once at construction, of which each request gives the values that it filters by:
   * `this.users = database.filteredList(User, { name, filters: { isActive: '"isActive" = $' }, order })`.
   */
  filteredList<T extends object, F extends string>(Entity: Type<T>, list: FilteredList<T, F>) {
    const pager = new FilteredPager(Entity, list, this.dataSource, this.cursors, this.responses.pageBytes);
    return (values: FilterValues<F>, query: PageQueryDto) => pager.page(this.reader, values, query);
  }

  /** Proves that the database answers. @throws when it does not */
  async ping(): Promise<void> {
    await this.reader.query({ sql: 'SELECT 1 AS "one"', columns: ['one'] }, []);
  }

  private mapper(Entity: Type<object>): RowMapper {
    const mapper = this.mappers.get(Entity) ?? new RowMapper(Entity, this.dataSource);
    this.mappers.set(Entity, mapper);
    return mapper;
  }

  private get reader(): Reader {
    if (!this.opened) throw new TypeError('The database is read before the application has started');
    return this.opened;
  }
}
