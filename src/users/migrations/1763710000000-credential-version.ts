import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

/** The current version of an account's credentials. */
export class CredentialVersion1763710000000 extends DialectMigration {
  readonly forward = {
    sqlite: [`ALTER TABLE "users" ADD COLUMN "credentialVersion" integer NOT NULL DEFAULT 0`],
    postgres: [`ALTER TABLE "users" ADD COLUMN "credentialVersion" integer NOT NULL DEFAULT 0`],
  };

  readonly backward = {
    sqlite: [`ALTER TABLE "users" DROP COLUMN "credentialVersion"`],
    postgres: [`ALTER TABLE "users" DROP COLUMN "credentialVersion"`],
  };
}
