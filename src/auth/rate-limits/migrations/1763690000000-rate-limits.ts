import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Counters of the limits on attempts. */
export class RateLimits1763690000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "rate_limits" (
        "key" varchar NOT NULL,
        "points" integer NOT NULL,
        "expire" bigint,
        CONSTRAINT "pk_rate_limits" PRIMARY KEY ("key")
      )`,
      `CREATE INDEX "ix_rate_limits_expire" ON "rate_limits" ("expire")`,
    ],
    postgres: [
      `CREATE TABLE "rate_limits" (
        "key" character varying NOT NULL,
        "points" integer NOT NULL,
        "expire" bigint,
        CONSTRAINT "pk_rate_limits" PRIMARY KEY ("key")
      )`,
      `CREATE INDEX "ix_rate_limits_expire" ON "rate_limits" ("expire")`,
    ],
  };

  readonly backward = {
    sqlite: [`DROP TABLE "rate_limits"`],
    postgres: [`DROP TABLE "rate_limits"`],
  };
}
