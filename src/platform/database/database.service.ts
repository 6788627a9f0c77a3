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
import { ExternalWriteWatcher } from './connection/external-write-watcher';
import { DataAccess } from './data-access';
import { type FilteredList, FilteredPager, type FilterValues } from './reading/filtered-list';
import { type KeysetList, KeysetPager } from './reading/keyset-page';
import type { Reader, Select, Values } from './reading/reader';
import { openReader } from './reading/readers';
import { isDeadlock } from './sql/database-errors';
import { RowMappers } from './sql/row-mapper';
import { uniqueProperties } from './sql/unique-constraints';
import { Transaction, type TransactionHooks } from './transaction';

/** Attempts at a transaction that PostgreSQL ends because others wait for it. */
const MAX_ATTEMPTS = 3;

/**
 * The one seam to the database. Reads go to connections of their own on SQLite and to the pool on PostgreSQL;
 * writes and transactions go to the one connection that writes, or the pool, safe under concurrency on both.
 */
@Injectable()
export class Database extends DataAccess implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private openedReader: Reader | undefined;
  private readonly externalWrites: ExternalWriteWatcher;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: DatabaseConfig,
    private readonly cursors: CursorCodec,
    private readonly responses: ResponseConfig,
  ) {
    super(new RowMappers(dataSource));
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

  async onModuleInit(): Promise<void> {
    this.openedReader = await openReader(this.config, this.dataSource, this.responses.pageBytes);
    const { dataDir } = this.config;
    // It is the operator's to change: others may have been let in on purpose.
    if (isOpenToOthers(dataDir)) new Logger(Database.name).warn(`${dataDir} is open to other users: chmod 700 it`);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.externalWrites.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.openedReader?.close();
  }

  /**
   * Runs several statements as one: all of them happen or none. Of transactions that wait for each other in a circle
   * PostgreSQL ends one, which is then run again, so the work may do nothing but ask the database. Use only the given
   * transaction inside; a statement of another one would wait for this one to end.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const hooks: TransactionHooks = { beforeCommit: [], afterCommit: [] };
        const result = await this.dataSource.transaction(async (manager) => {
          const tx = new Transaction(manager, this.mappers, hooks);
          const done = await work(tx);
          await tx.finish();
          return done;
        });
        hooks.afterCommit.forEach((follow) => follow());
        return result;
      } catch (error) {
        if (!isDeadlock(error) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** Registers what to do when another process may have written to the SQLite file: caches are cleared then. */
  onExternalWrite(forget: () => void): void {
    this.externalWrites.listen(forget);
  }

  /** Begins to notice what other processes write; a server does so before the first request. */
  watchExternalWrites(): Promise<void> {
    return this.externalWrites.start();
  }

  /** The name of an entity's table. */
  tableName(Entity: Type<object>): string {
    return this.dataSource.getMetadata(Entity).tableName;
  }

  /** The properties of the unique constraint that a write violated; empty for any other error. */
  uniqueProperties(error: unknown): string[] {
    return uniqueProperties(error, this.dataSource);
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

  protected read(select: Select, parameters: readonly unknown[]): Promise<Values[]> {
    return this.reader.query(select, parameters);
  }

  private get reader(): Reader {
    if (!this.openedReader) throw new TypeError('The database is read before the application has started');
    return this.openedReader;
  }
}
