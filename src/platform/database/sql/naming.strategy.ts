import { DefaultNamingStrategy, type Table } from 'typeorm';

const tableName = (table: Table | string) => (typeof table === 'string' ? table : table.name);
const join = (kind: string, table: Table | string, columns: string[]) => [kind, tableName(table), ...columns].join('_');

/** Readable names for handwritten migrations: `pk_notes`, `fk_notes_ownerId`, `uq_users_emailKey`. */
export class ReadableNamingStrategy extends DefaultNamingStrategy {
  override primaryKeyName(table: Table | string): string {
    return `pk_${tableName(table)}`;
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return join('fk', table, columns);
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return join('uq', table, columns);
  }

  override indexName(table: Table | string, columns: string[]): string {
    return join('ix', table, columns);
  }
}
