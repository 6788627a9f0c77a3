import { DialectMigration } from '../../../platform/database/migrating/dialect-migration';

/** Devices from which accounts need no second factor. */
export class TrustedDevices1763725000000 extends DialectMigration {
  readonly forward = {
    sqlite: [table('varchar', 'varchar'), INDEX],
    postgres: [table('uuid', 'character varying'), INDEX],
  };

  readonly backward = { sqlite: BACK, postgres: BACK };
}

const table = (id: string, varchar: string) => `CREATE TABLE "trusted_devices" (
  "id" ${id} NOT NULL,
  "userId" ${id} NOT NULL,
  "deviceId" ${id} NOT NULL,
  "userAgent" ${varchar},
  "createdAt" bigint NOT NULL,
  "expiresAt" bigint NOT NULL,
  CONSTRAINT "pk_trusted_devices" PRIMARY KEY ("id"),
  CONSTRAINT "uq_trusted_devices_userId_deviceId" UNIQUE ("userId", "deviceId"),
  CONSTRAINT "fk_trusted_devices_userId" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE CASCADE
)`;

const INDEX = `CREATE INDEX "ix_trusted_devices_expiresAt" ON "trusted_devices" ("expiresAt")`;

const BACK = [`DROP TABLE "trusted_devices"`];
