import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

/** The usage of each owner, and the quotas. The counting triggers are created after every migration. */
export class OwnedUsage1763712000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "owned_usage" (
        "userId" varchar NOT NULL,
        "resource" varchar NOT NULL,
        "rows" bigint NOT NULL,
        "bytes" bigint NOT NULL,
        CONSTRAINT "pk_owned_usage" PRIMARY KEY ("userId", "resource"),
        CONSTRAINT "fk_owned_usage_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      ) WITHOUT ROWID`,
      `CREATE TABLE "quotas" (
        "name" varchar NOT NULL,
        "most" bigint NOT NULL,
        CONSTRAINT "pk_quotas" PRIMARY KEY ("name")
      ) WITHOUT ROWID`,
    ],
    postgres: [
      `CREATE TABLE "owned_usage" (
        "userId" uuid NOT NULL,
        "resource" character varying NOT NULL,
        "rows" bigint NOT NULL,
        "bytes" bigint NOT NULL,
        CONSTRAINT "pk_owned_usage" PRIMARY KEY ("userId", "resource"),
        CONSTRAINT "fk_owned_usage_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE TABLE "quotas" (
        "name" character varying NOT NULL,
        "most" bigint NOT NULL,
        CONSTRAINT "pk_quotas" PRIMARY KEY ("name")
      )`,
    ],
  };

  readonly backward = { sqlite: DROPS, postgres: DROPS };
}

const DROPS = [`DROP TABLE "quotas"`, `DROP TABLE "owned_usage"`];
