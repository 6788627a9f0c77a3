import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

/** Indexes for the lists of administrators: accounts by age, events by time and by type. */
export class Administration1763693000000 extends DialectMigration {
  readonly forward = { sqlite: INDEXES, postgres: INDEXES };

  readonly backward = { sqlite: DROPS, postgres: DROPS };
}

const INDEXES = [
  `CREATE INDEX "ix_users_createdAt_id" ON "users" ("createdAt", "id")`,
  `CREATE INDEX "ix_audit_events_occurredAt_sequence" ON "audit_events" ("occurredAt", "sequence")`,
  `CREATE INDEX "ix_audit_events_type_occurredAt_sequence" ON "audit_events" ("type", "occurredAt", "sequence")`,
];

const DROPS = [
  `DROP INDEX "ix_audit_events_type_occurredAt_sequence"`,
  `DROP INDEX "ix_audit_events_occurredAt_sequence"`,
  `DROP INDEX "ix_users_createdAt_id"`,
];
