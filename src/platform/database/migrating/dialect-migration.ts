import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The statements of one direction of a migration, in order. */
export interface DialectStatements {
  sqlite: readonly string[];
  postgres: readonly string[];
}

/** A migration with the SQL of both dialects. Each runs in a transaction. */
export abstract class DialectMigration implements MigrationInterface {
  /** The statements of `up`. */
  abstract readonly forward: DialectStatements;
  /** The statements of `down`. */
  abstract readonly backward: DialectStatements;

  up(runner: QueryRunner): Promise<void> {
    return run(runner, this.forward);
  }

  down(runner: QueryRunner): Promise<void> {
    return run(runner, this.backward);
  }
}

async function run(runner: QueryRunner, statements: DialectStatements): Promise<void> {
  const dialect = runner.connection.options.type === 'postgres' ? 'postgres' : 'sqlite';
  for (const statement of statements[dialect]) await runner.query(statement);
}
