import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Sign-ins that still need a second factor. */
export class SignInChallenges1763720000000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), ...INDEXES],
    postgres: [table('uuid', 'character varying'), ...INDEXES],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "sign_in_challenges" (
  "id" ${id} NOT NULL,
  "userId" ${id} NOT NULL,
  "purpose" ${varchar} NOT NULL,
  "methods" text NOT NULL,
  "provenAt" bigint NOT NULL,
  "remembered" boolean NOT NULL,
  "isExpected" boolean NOT NULL,
  "credentialVersion" integer NOT NULL,
  "attempts" integer NOT NULL,
  "expiresAt" bigint NOT NULL,
  CONSTRAINT "pk_sign_in_challenges" PRIMARY KEY ("id"),
  CONSTRAINT "fk_sign_in_challenges_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const INDEXES = [
  `CREATE INDEX "ix_sign_in_challenges_userId" ON "sign_in_challenges" ("userId")`,
  `CREATE INDEX "ix_sign_in_challenges_expiresAt" ON "sign_in_challenges" ("expiresAt")`,
];

const BACK = [`DROP TABLE "sign_in_challenges"`];
