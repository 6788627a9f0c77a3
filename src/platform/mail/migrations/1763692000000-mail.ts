import { DialectMigration } from '../../database/migrating/dialect-migration';

/** The outbox, one-time tokens, and asserted addresses. */
export class Mail1763692000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "outbox_messages" (
        "id" varchar NOT NULL,
        "template" varchar NOT NULL,
        "recipient" varchar NOT NULL,
        "accountId" varchar,
        "parameters" text NOT NULL,
        "createdAt" bigint NOT NULL,
        "attempts" integer NOT NULL,
        "dueAt" bigint,
        "lastError" varchar,
        CONSTRAINT "pk_outbox_messages" PRIMARY KEY ("id")
      )`,
      `CREATE TABLE "one_time_tokens" (
        "id" varchar NOT NULL,
        "userId" varchar NOT NULL,
        "purpose" varchar NOT NULL,
        "email" varchar NOT NULL,
        "createdAt" bigint NOT NULL,
        "expiresAt" bigint NOT NULL,
        "usedAt" bigint,
        CONSTRAINT "pk_one_time_tokens" PRIMARY KEY ("id"),
        CONSTRAINT "fk_one_time_tokens_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `ALTER TABLE "users" ADD COLUMN "assertedEmailKey" varchar`,
      ...INDEXES,
    ],
    postgres: [
      `CREATE TABLE "outbox_messages" (
        "id" uuid NOT NULL,
        "template" character varying NOT NULL,
        "recipient" character varying NOT NULL,
        "accountId" uuid,
        "parameters" text NOT NULL,
        "createdAt" bigint NOT NULL,
        "attempts" integer NOT NULL,
        "dueAt" bigint,
        "lastError" character varying,
        CONSTRAINT "pk_outbox_messages" PRIMARY KEY ("id")
      )`,
      `CREATE TABLE "one_time_tokens" (
        "id" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "purpose" character varying NOT NULL,
        "email" character varying NOT NULL,
        "createdAt" bigint NOT NULL,
        "expiresAt" bigint NOT NULL,
        "usedAt" bigint,
        CONSTRAINT "pk_one_time_tokens" PRIMARY KEY ("id"),
        CONSTRAINT "fk_one_time_tokens_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `ALTER TABLE "users" ADD COLUMN "assertedEmailKey" character varying`,
      ...INDEXES,
    ],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const INDEXES = [
  `CREATE INDEX "ix_outbox_messages_dueAt" ON "outbox_messages" ("dueAt")`,
  `CREATE INDEX "ix_one_time_tokens_userId" ON "one_time_tokens" ("userId")`,
  `CREATE INDEX "ix_users_assertedEmailKey" ON "users" ("assertedEmailKey")`,
];

const BACK = [
  `DROP INDEX "ix_users_assertedEmailKey"`,
  `ALTER TABLE "users" DROP COLUMN "assertedEmailKey"`,
  `DROP TABLE "one_time_tokens"`,
  `DROP TABLE "outbox_messages"`,
];
