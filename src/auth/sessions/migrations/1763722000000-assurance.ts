import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** How and when owners of sessions have authenticated. Sessions of earlier versions began with a password. */
export class Assurance1763722000000 extends DialectMigration {
  readonly forward = { sqlite: columns('varchar'), postgres: columns('character varying') };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

// The defaults are those of rows that exist; code sets every value of a new one.
const columns = (varchar: string) => [
  `ALTER TABLE "sessions" ADD COLUMN "methods" text NOT NULL DEFAULT 'password'`,
  `ALTER TABLE "sessions" ADD COLUMN "authenticatedAt" bigint NOT NULL DEFAULT 0`,
  `ALTER TABLE "sessions" ADD COLUMN "level" ${varchar} NOT NULL DEFAULT 'aal1'`,
  `UPDATE "sessions" SET "authenticatedAt" = "createdAt"`,
];

const BACK = ['methods', 'authenticatedAt', 'level'].map((column) => `ALTER TABLE "sessions" DROP COLUMN "${column}"`);
