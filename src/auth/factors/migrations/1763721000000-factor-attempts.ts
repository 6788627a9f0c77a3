import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Whether an account wants a second factor, and its wrong codes in a row. */
export class FactorAttempts1763721000000 extends DialectMigration {
  readonly forward = { sqlite: [column('0'), table('varchar')], postgres: [column('false'), table('uuid')] };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const column = (no: string) => `ALTER TABLE "users" ADD COLUMN "requiresSecondFactor" boolean NOT NULL DEFAULT ${no}`;

const table = (id: string) => `CREATE TABLE "factor_attempts" (
  "userId" ${id} NOT NULL,
  "failures" integer NOT NULL,
  "blockedUntil" bigint NOT NULL,
  CONSTRAINT "pk_factor_attempts" PRIMARY KEY ("userId"),
  CONSTRAINT "fk_factor_attempts_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const BACK = [`DROP TABLE "factor_attempts"`, `ALTER TABLE "users" DROP COLUMN "requiresSecondFactor"`];
