import { DialectMigration } from '../../../../platform/database/migrating/dialect-migration';

/** Accounts at providers. */
export class ExternalIdentities1763740001000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), INDEX],
    postgres: [table('uuid', 'character varying'), INDEX],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "external_identities" (
  "id" ${id} NOT NULL,
  "userId" ${id} NOT NULL,
  "provider" ${varchar} NOT NULL,
  "issuer" ${varchar} NOT NULL,
  "subject" ${varchar} NOT NULL,
  "email" ${varchar},
  "createdAt" bigint NOT NULL,
  "lastUsedAt" bigint,
  CONSTRAINT "pk_external_identities" PRIMARY KEY ("id"),
  CONSTRAINT "uq_external_identities_issuer_subject" UNIQUE ("issuer", "subject"),
  CONSTRAINT "fk_external_identities_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const INDEX = `CREATE INDEX "ix_external_identities_userId_createdAt_id" ON "external_identities" ("userId", "createdAt", "id")`;

const BACK = [`DROP TABLE "external_identities"`];
