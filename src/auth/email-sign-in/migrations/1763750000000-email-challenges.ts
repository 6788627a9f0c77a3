import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Requests to sign in by mail. */
export class EmailChallenges1763750000000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), ...INDEXES],
    postgres: [table('uuid', 'character varying'), ...INDEXES],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "email_challenges" (
  "id" ${id} NOT NULL,
  "mailbox" ${varchar} NOT NULL,
  "accountId" ${id},
  "attempts" integer NOT NULL,
  "createdAt" bigint NOT NULL,
  CONSTRAINT "pk_email_challenges" PRIMARY KEY ("id")
)`;

const INDEXES = [
  `CREATE INDEX "ix_email_challenges_mailbox_id" ON "email_challenges" ("mailbox", "id")`,
  `CREATE INDEX "ix_email_challenges_createdAt" ON "email_challenges" ("createdAt")`,
];

const BACK = [`DROP TABLE "email_challenges"`];
