import { DialectMigration } from '../../database/migrating/dialect-migration';

/** The audit chain and its signed end. */
export class Audit1763691000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "audit_events" (
        "id" varchar NOT NULL,
        "sequence" bigint NOT NULL,
        "type" varchar NOT NULL,
        "result" varchar NOT NULL,
        "occurredAt" bigint NOT NULL,
        "actorKind" varchar NOT NULL,
        "actorId" varchar,
        "accountId" varchar,
        "targetId" varchar,
        "details" text NOT NULL,
        "personal" text,
        "salt" varchar,
        "commitment" varchar NOT NULL,
        "hash" varchar NOT NULL,
        CONSTRAINT "pk_audit_events" PRIMARY KEY ("id"),
        CONSTRAINT "uq_audit_events_sequence" UNIQUE ("sequence")
      )`,
      ...INDEXES,
      `CREATE TABLE "audit_heads" (
        "id" integer NOT NULL,
        "sequence" bigint NOT NULL,
        "hash" varchar NOT NULL,
        "mac" varchar NOT NULL,
        CONSTRAINT "pk_audit_heads" PRIMARY KEY ("id")
      )`,
      FIRST_HEAD,
    ],
    postgres: [
      `CREATE TABLE "audit_events" (
        "id" uuid NOT NULL,
        "sequence" bigint NOT NULL,
        "type" character varying NOT NULL,
        "result" character varying NOT NULL,
        "occurredAt" bigint NOT NULL,
        "actorKind" character varying NOT NULL,
        "actorId" uuid,
        "accountId" uuid,
        "targetId" uuid,
        "details" text NOT NULL,
        "personal" text,
        "salt" character varying,
        "commitment" character varying NOT NULL,
        "hash" character varying NOT NULL,
        CONSTRAINT "pk_audit_events" PRIMARY KEY ("id"),
        CONSTRAINT "uq_audit_events_sequence" UNIQUE ("sequence")
      )`,
      ...INDEXES,
      `CREATE TABLE "audit_heads" (
        "id" integer NOT NULL,
        "sequence" bigint NOT NULL,
        "hash" character varying NOT NULL,
        "mac" character varying NOT NULL,
        CONSTRAINT "pk_audit_heads" PRIMARY KEY ("id")
      )`,
      FIRST_HEAD,
    ],
  };

  readonly backward = { sqlite: DROPS, postgres: DROPS };
}

const INDEXES = [
  `CREATE INDEX "ix_audit_events_accountId_sequence" ON "audit_events" ("accountId", "sequence")`,
  `CREATE INDEX "ix_audit_events_actorId" ON "audit_events" ("actorId")`,
];

/** Before the first event there is nothing to sign. */
const FIRST_HEAD = `INSERT INTO "audit_heads" ("id", "sequence", "hash", "mac") VALUES (1, 0, '', '')`;

const DROPS = [`DROP TABLE "audit_heads"`, `DROP TABLE "audit_events"`];
