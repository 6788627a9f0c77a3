import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Recovery codes. */
export class RecoveryCodes1763724000000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), INDEX],
    postgres: [table('uuid', 'character varying'), INDEX],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "recovery_codes" (
  "id" ${id} NOT NULL,
  "userId" ${id} NOT NULL,
  "hash" ${varchar} NOT NULL,
  "createdAt" bigint NOT NULL,
  "usedAt" bigint,
  CONSTRAINT "pk_recovery_codes" PRIMARY KEY ("id"),
  CONSTRAINT "fk_recovery_codes_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const INDEX = `CREATE INDEX "ix_recovery_codes_userId" ON "recovery_codes" ("userId")`;

const BACK = [`DROP TABLE "recovery_codes"`];
