import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

/** Since when a registration waits for its address to be verified. It is not known of earlier ones, so they stay. */
export class UnprovenRegistrations1763711100000 extends DialectMigration {
  readonly forward = {
    sqlite: [`ALTER TABLE "users" ADD COLUMN "unprovenSince" bigint`, INDEX],
    postgres: [`ALTER TABLE "users" ADD COLUMN "unprovenSince" bigint`, INDEX],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const INDEX = `CREATE INDEX "ix_users_unprovenSince" ON "users" ("unprovenSince")`;

const BACK = [`DROP INDEX "ix_users_unprovenSince"`, `ALTER TABLE "users" DROP COLUMN "unprovenSince"`];
