import { DialectMigration } from '../../../../platform/database/migrating/dialect-migration';

/** Sign-ins that came back from a provider. */
export class ExternalSignIns1763740000000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), ...INDEXES],
    postgres: [table('uuid', 'character varying'), ...INDEXES],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "external_sign_ins" (
  "id" ${id} NOT NULL,
  "provider" ${varchar} NOT NULL,
  "step" ${varchar} NOT NULL,
  "issuer" ${varchar} NOT NULL,
  "subject" ${varchar} NOT NULL,
  "email" ${varchar},
  "isEmailVerified" boolean NOT NULL,
  "username" ${varchar},
  "accountId" ${id},
  "mails" integer NOT NULL,
  "attempts" integer NOT NULL,
  "createdAt" bigint NOT NULL,
  "expiresAt" bigint NOT NULL,
  CONSTRAINT "pk_external_sign_ins" PRIMARY KEY ("id"),
  CONSTRAINT "fk_external_sign_ins_accountId" FOREIGN KEY ("accountId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const INDEXES = [
  `CREATE INDEX "ix_external_sign_ins_accountId" ON "external_sign_ins" ("accountId")`,
  `CREATE INDEX "ix_external_sign_ins_createdAt" ON "external_sign_ins" ("createdAt")`,
];

const BACK = [`DROP TABLE "external_sign_ins"`];
