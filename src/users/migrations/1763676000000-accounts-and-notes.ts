import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

/** Users, their password credentials and sessions, and notes. */
export class AccountsAndNotes1763676000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "users" (
        "id" varchar NOT NULL,
        "username" varchar NOT NULL,
        "usernameKey" varchar NOT NULL,
        "email" varchar NOT NULL,
        "emailKey" varchar NOT NULL,
        "emailVerified" boolean NOT NULL,
        "roles" text NOT NULL,
        "isActive" boolean NOT NULL,
        "createdAt" bigint NOT NULL,
        "updatedAt" bigint NOT NULL,
        CONSTRAINT "pk_users" PRIMARY KEY ("id"),
        CONSTRAINT "uq_users_usernameKey" UNIQUE ("usernameKey"),
        CONSTRAINT "uq_users_emailKey" UNIQUE ("emailKey")
      )`,
      `CREATE TABLE "password_credentials" (
        "userId" varchar NOT NULL,
        "hash" varchar NOT NULL,
        "updatedAt" bigint NOT NULL,
        CONSTRAINT "pk_password_credentials" PRIMARY KEY ("userId"),
        CONSTRAINT "fk_password_credentials_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE TABLE "sessions" (
        "id" varchar NOT NULL,
        "userId" varchar NOT NULL,
        "rotation" integer NOT NULL,
        "recentRotations" text NOT NULL,
        "remembered" boolean NOT NULL,
        "userAgent" varchar,
        "ipAddress" varchar NOT NULL,
        "createdAt" bigint NOT NULL,
        "lastUsedAt" bigint NOT NULL,
        "expiresAt" bigint NOT NULL,
        "endedAt" bigint,
        "endReason" varchar,
        CONSTRAINT "pk_sessions" PRIMARY KEY ("id"),
        CONSTRAINT "fk_sessions_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE INDEX "ix_sessions_userId_createdAt_id" ON "sessions" ("userId", "createdAt", "id")`,
      `CREATE TABLE "notes" (
        "id" varchar NOT NULL,
        "ownerId" varchar NOT NULL,
        "createdAt" bigint NOT NULL,
        "updatedAt" bigint NOT NULL,
        "title" varchar NOT NULL,
        "content" text NOT NULL,
        "isPinned" boolean NOT NULL,
        CONSTRAINT "pk_notes" PRIMARY KEY ("id"),
        CONSTRAINT "fk_notes_ownerId" FOREIGN KEY ("ownerId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE INDEX "ix_notes_ownerId_isPinned_createdAt_id" ON "notes" ("ownerId", "isPinned", "createdAt", "id")`,
    ],
    postgres: [
      `CREATE TABLE "users" (
        "id" uuid NOT NULL,
        "username" character varying NOT NULL,
        "usernameKey" character varying NOT NULL,
        "email" character varying NOT NULL,
        "emailKey" character varying NOT NULL,
        "emailVerified" boolean NOT NULL,
        "roles" text NOT NULL,
        "isActive" boolean NOT NULL,
        "createdAt" bigint NOT NULL,
        "updatedAt" bigint NOT NULL,
        CONSTRAINT "pk_users" PRIMARY KEY ("id"),
        CONSTRAINT "uq_users_usernameKey" UNIQUE ("usernameKey"),
        CONSTRAINT "uq_users_emailKey" UNIQUE ("emailKey")
      )`,
      `CREATE TABLE "password_credentials" (
        "userId" uuid NOT NULL,
        "hash" character varying NOT NULL,
        "updatedAt" bigint NOT NULL,
        CONSTRAINT "pk_password_credentials" PRIMARY KEY ("userId"),
        CONSTRAINT "fk_password_credentials_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE TABLE "sessions" (
        "id" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "rotation" integer NOT NULL,
        "recentRotations" text NOT NULL,
        "remembered" boolean NOT NULL,
        "userAgent" character varying,
        "ipAddress" character varying NOT NULL,
        "createdAt" bigint NOT NULL,
        "lastUsedAt" bigint NOT NULL,
        "expiresAt" bigint NOT NULL,
        "endedAt" bigint,
        "endReason" character varying,
        CONSTRAINT "pk_sessions" PRIMARY KEY ("id"),
        CONSTRAINT "fk_sessions_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE INDEX "ix_sessions_userId_createdAt_id" ON "sessions" ("userId", "createdAt", "id")`,
      `CREATE TABLE "notes" (
        "id" uuid NOT NULL,
        "ownerId" uuid NOT NULL,
        "createdAt" bigint NOT NULL,
        "updatedAt" bigint NOT NULL,
        "title" character varying NOT NULL,
        "content" text NOT NULL,
        "isPinned" boolean NOT NULL,
        CONSTRAINT "pk_notes" PRIMARY KEY ("id"),
        CONSTRAINT "fk_notes_ownerId" FOREIGN KEY ("ownerId") REFERENCES "users" ("id") ON DELETE CASCADE
      )`,
      `CREATE INDEX "ix_notes_ownerId_isPinned_createdAt_id" ON "notes" ("ownerId", "isPinned", "createdAt", "id")`,
    ],
  };

  readonly backward = {
    sqlite: [`DROP TABLE "notes"`, `DROP TABLE "sessions"`, `DROP TABLE "password_credentials"`, `DROP TABLE "users"`],
    postgres: [
      `DROP TABLE "notes"`,
      `DROP TABLE "sessions"`,
      `DROP TABLE "password_credentials"`,
      `DROP TABLE "users"`,
    ],
  };
}
