import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Key pairs that sign access tokens. */
export class SigningKeys1763714000000 extends DialectMigration {
  readonly forward = {
    sqlite: [
      `CREATE TABLE "signing_keys" (
        "id" varchar NOT NULL,
        "kid" varchar NOT NULL,
        "privateKey" text NOT NULL,
        "createdAt" bigint NOT NULL,
        "signsFrom" bigint NOT NULL,
        "endsAt" bigint,
        CONSTRAINT "pk_signing_keys" PRIMARY KEY ("id"),
        CONSTRAINT "uq_signing_keys_kid" UNIQUE ("kid")
      )`,
    ],
    postgres: [
      `CREATE TABLE "signing_keys" (
        "id" uuid NOT NULL,
        "kid" character varying NOT NULL,
        "privateKey" text NOT NULL,
        "createdAt" bigint NOT NULL,
        "signsFrom" bigint NOT NULL,
        "endsAt" bigint,
        CONSTRAINT "pk_signing_keys" PRIMARY KEY ("id"),
        CONSTRAINT "uq_signing_keys_kid" UNIQUE ("kid")
      )`,
    ],
  };

  readonly backward = {
    sqlite: [`DROP TABLE "signing_keys"`],
    postgres: [`DROP TABLE "signing_keys"`],
  };
}
