import { DialectMigration } from '../dialect-migration';

/** Which of an account's passwords is the present one. */
export class PasswordVersion1763710000000 extends DialectMigration {
  readonly forward = {
    sqlite: [`ALTER TABLE "users" ADD COLUMN "passwordVersion" integer NOT NULL DEFAULT 0`],
    postgres: [`ALTER TABLE "users" ADD COLUMN "passwordVersion" integer NOT NULL DEFAULT 0`],
  };

  readonly backward = {
    sqlite: [`ALTER TABLE "users" DROP COLUMN "passwordVersion"`],
    postgres: [`ALTER TABLE "users" DROP COLUMN "passwordVersion"`],
  };
}
