import { DialectMigration } from '../../../../platform/database/migrating/dialect-migration';

/** Questions to authenticators that were answered. */
export class SpentCeremonies1763730000000 extends DialectMigration {
  readonly forward = { sqlite: [table('varchar'), INDEX], postgres: [table('uuid'), INDEX] };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string) => `CREATE TABLE "spent_ceremonies" (
  "id" ${id} NOT NULL,
  "expiresAt" bigint NOT NULL,
  CONSTRAINT "pk_spent_ceremonies" PRIMARY KEY ("id")
)`;

const INDEX = `CREATE INDEX "ix_spent_ceremonies_expiresAt" ON "spent_ceremonies" ("expiresAt")`;

const BACK = [`DROP TABLE "spent_ceremonies"`];
