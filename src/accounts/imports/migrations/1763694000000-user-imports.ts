import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** The progress of each import. */
export class UserImports1763694000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "user_imports" (
        "fingerprint" varchar NOT NULL,
        "linesDone" bigint NOT NULL,
        "imported" bigint NOT NULL,
        "refused" bigint NOT NULL,
        "reportBytes" bigint NOT NULL,
        "updatedAt" bigint NOT NULL,
        "finishedAt" bigint,
        CONSTRAINT "pk_user_imports" PRIMARY KEY ("fingerprint")
      )`,
    ],
    postgres: [
      `CREATE TABLE "user_imports" (
        "fingerprint" character varying NOT NULL,
        "linesDone" bigint NOT NULL,
        "imported" bigint NOT NULL,
        "refused" bigint NOT NULL,
        "reportBytes" bigint NOT NULL,
        "updatedAt" bigint NOT NULL,
        "finishedAt" bigint,
        CONSTRAINT "pk_user_imports" PRIMARY KEY ("fingerprint")
      )`,
    ],
  };

  readonly backward = { sqlite: [DROP], postgres: [DROP] };
}

const DROP = `DROP TABLE "user_imports"`;
