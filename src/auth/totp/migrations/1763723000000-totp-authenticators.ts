import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Authenticator apps. */
export class TotpAuthenticators1763723000000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), ...INDEXES],
    postgres: [table('uuid', 'character varying'), ...INDEXES],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "totp_authenticators" (
  "id" ${id} NOT NULL,
  "userId" ${id} NOT NULL,
  "name" ${varchar} NOT NULL,
  "seed" ${varchar} NOT NULL,
  "lastStep" integer NOT NULL,
  "createdAt" bigint NOT NULL,
  "confirmedAt" bigint,
  "lastUsedAt" bigint,
  CONSTRAINT "pk_totp_authenticators" PRIMARY KEY ("id"),
  CONSTRAINT "fk_totp_authenticators_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const INDEXES = [
  `CREATE INDEX "ix_totp_authenticators_userId" ON "totp_authenticators" ("userId")`,
  `CREATE INDEX "ix_totp_authenticators_confirmedAt_createdAt" ON "totp_authenticators" ("confirmedAt", "createdAt")`,
];

const BACK = [`DROP TABLE "totp_authenticators"`];
