import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Tokens for scripts. */
export class ApiTokens1763683000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "api_tokens" (
        "id" varchar NOT NULL,
        "userId" varchar NOT NULL,
        "name" varchar NOT NULL,
        "scopes" text NOT NULL,
        "tokenHash" varchar NOT NULL,
        "createdAt" bigint NOT NULL,
        "expiresAt" bigint NOT NULL,
        "lastUsedAt" bigint,
        CONSTRAINT "pk_api_tokens" PRIMARY KEY ("id"),
        CONSTRAINT "uq_api_tokens_tokenHash" UNIQUE ("tokenHash"),
        CONSTRAINT "fk_api_tokens_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE INDEX "ix_api_tokens_userId_createdAt_id" ON "api_tokens" ("userId", "createdAt", "id")`,
    ],
    postgres: [
      `CREATE TABLE "api_tokens" (
        "id" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "name" character varying NOT NULL,
        "scopes" text NOT NULL,
        "tokenHash" character varying NOT NULL,
        "createdAt" bigint NOT NULL,
        "expiresAt" bigint NOT NULL,
        "lastUsedAt" bigint,
        CONSTRAINT "pk_api_tokens" PRIMARY KEY ("id"),
        CONSTRAINT "uq_api_tokens_tokenHash" UNIQUE ("tokenHash"),
        CONSTRAINT "fk_api_tokens_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE INDEX "ix_api_tokens_userId_createdAt_id" ON "api_tokens" ("userId", "createdAt", "id")`,
    ],
  };

  readonly backward = {
    sqlite: [`DROP TABLE "api_tokens"`],
    postgres: [`DROP TABLE "api_tokens"`],
  };
}
