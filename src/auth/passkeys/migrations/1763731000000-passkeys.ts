import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Passkeys, and the names by which authenticators know accounts. */
export class Passkeys1763731000000 extends DialectMigration {
  readonly forward = {
    sqlite: tables('varchar', 'varchar'),
    postgres: tables('uuid', 'character varying'),
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const tables = (id: string, varchar: string) => [
  `CREATE TABLE "passkeys" (
    "id" ${id} NOT NULL,
    "userId" ${id} NOT NULL,
    "name" ${varchar} NOT NULL,
    "credentialId" ${varchar} NOT NULL,
    "publicKey" ${varchar} NOT NULL,
    "signCount" bigint NOT NULL,
    "transports" text NOT NULL,
    "isBackupEligible" boolean NOT NULL,
    "isBackedUp" boolean NOT NULL,
    "aaguid" ${varchar} NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastUsedAt" bigint,
    CONSTRAINT "pk_passkeys" PRIMARY KEY ("id"),
    CONSTRAINT "uq_passkeys_credentialId" UNIQUE ("credentialId"),
    CONSTRAINT "fk_passkeys_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
  )`,
  `CREATE INDEX "ix_passkeys_userId_createdAt_id" ON "passkeys" ("userId", "createdAt", "id")`,
  `CREATE TABLE "user_handles" (
    "userId" ${id} NOT NULL,
    "handle" ${varchar} NOT NULL,
    CONSTRAINT "pk_user_handles" PRIMARY KEY ("userId"),
    CONSTRAINT "uq_user_handles_handle" UNIQUE ("handle"),
    CONSTRAINT "fk_user_handles_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
  )`,
];

const BACK = [`DROP TABLE "user_handles"`, `DROP TABLE "passkeys"`];
