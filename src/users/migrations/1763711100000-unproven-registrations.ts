import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

/**
 * The start of the wait for verification of a registration. It is unknown for earlier registrations, so they do not
 * expire.
 */
export class UnprovenRegistrations1763711100000 extends DialectMigration {
  readonly forward = {
    sqlite: [`ALTER TABLE "users" ADD COLUMN "unprovenSince" bigint`, INDEX],
    postgres: [`ALTER TABLE "users" ADD COLUMN "unprovenSince" bigint`, INDEX],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const INDEX = `CREATE INDEX "ix_users_unprovenSince" ON "users" ("unprovenSince")`;

const BACK = [`DROP INDEX "ix_users_unprovenSince"`, `ALTER TABLE "users" DROP COLUMN "unprovenSince"`];
