import { DialectMigration } from '../../database/migrating/dialect-migration';

/** An index that finds the event that ended an account, however many events it has. */
export class EndedAccounts1763713000000 extends DialectMigration {
  readonly forward = { sqlite: CREATES, postgres: CREATES };
  readonly backward = { sqlite: DROPS, postgres: DROPS };
}

const CREATES = [
  `CREATE INDEX "ix_audit_events_accountId" ON "audit_events" ("accountId") WHERE "type" IN ('user.deleted', 'user.expired')`,
];
const DROPS = [`DROP INDEX "ix_audit_events_accountId"`];
