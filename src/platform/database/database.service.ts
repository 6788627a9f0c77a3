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

/** Attempts at a transaction that PostgreSQL aborts for a deadlock. */
const MAX_ATTEMPTS = 3;

/**
 * The only access to the database. On SQLite, reads use separate connections, and writes and transactions share a
 * single write connection; on PostgreSQL both use the pool. Both are safe under concurrency.
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

  /**
   * Whether this is the only server on the database, as on SQLite. Commands may still write to it: see
   * `onExternalWrite`.
   */
  get isSingleProcess(): boolean {
    return this.dataSource.options.type === 'sqlite';
  }

  /** Single write statements: `manager.insert(Note, note)`. Each is atomic. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  async onModuleInit(): Promise<void> {
    this.openedReader = await openReader(this.config, this.dataSource, this.responses.pageBytes);
    const { dataDir } = this.config;
    // Only warn: the operator may have granted others access deliberately.
    if (isOpenToOthers(dataDir)) new Logger(Database.name).warn(`${dataDir} is open to other users: chmod 700 it`);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.externalWrites.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.openedReader?.close();
  }

  /**
   * Runs several statements as one transaction. PostgreSQL aborts one of the transactions in a deadlock; it is then run
   * again, so the work must have no effects outside the database. Use only the given transaction inside: a statement
   * outside it would wait for it to end.
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

  /** Registers a listener that clears a cache when another process may have written to the SQLite file. */
  onExternalWrite(forget: () => void): void {
    this.externalWrites.listen(forget);
  }

  /** Starts to watch for writes of other processes; a server does so before the first request. */
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
   * Prepares a paged list, once at construction: `this.ownNotes = database.list(Note, { name, where, order })`. The
   * first parameter identifies the owner of the list; cursors are valid for that owner only.
   */
  list<T extends object>(Entity: Type<T>, list: KeysetList<T>) {
    const pager = new KeysetPager(Entity, list, this.dataSource, this.cursors, this.responses.pageBytes);
    return (parameters: [string, ...unknown[]], query: PageQueryDto) =>
      pager.page(this.reader, parameters, query, parameters[0]);
  }

  /**
   * Prepares a paged list with filters, once at construction; each request gives the values of its filters: `this.users
   * = database.filteredList(User, { name, filters: { isActive: '"isActive" = $' }, order })`.
   */
  filteredList<T extends object, F extends string>(Entity: Type<T>, list: FilteredList<T, F>) {
    const pager = new FilteredPager(Entity, list, this.dataSource, this.cursors, this.responses.pageBytes);
    return (values: FilterValues<F>, query: PageQueryDto) => pager.page(this.reader, values, query);
  }

  /** Checks that the database responds. @throws when it does not */
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
