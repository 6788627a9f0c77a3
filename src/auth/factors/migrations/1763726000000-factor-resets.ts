import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** When the second factors of an account that were reported lost are removed. */
export class FactorResets1763726000000 extends DialectMigration {
  readonly forward = { sqlite: UP, postgres: UP };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const UP = [
  `ALTER TABLE "users" ADD COLUMN "factorResetAt" bigint`,
  `CREATE INDEX "ix_users_factorResetAt" ON "users" ("factorResetAt")`,
];

const BACK = [`DROP INDEX "ix_users_factorResetAt"`, `ALTER TABLE "users" DROP COLUMN "factorResetAt"`];
