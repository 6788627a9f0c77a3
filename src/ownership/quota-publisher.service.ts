import { Injectable } from '@nestjs/common';
import { QuotaConfig } from '../platform/config/quota.config';
import { Database } from '../platform/database/database.service';

/**
 * Publishes the quotas to the database. The triggers that count owned rows read the limits from the table `quotas` and
 * enforce them within the write statement, so they are exact under concurrency.
 */
@Injectable()
export class QuotaPublisher {
  constructor(
    private readonly database: Database,
    private readonly config: QuotaConfig,
  ) {}

  /** Stores the configured limits. Only for the server: a command may have a different configuration. */
  async publish(): Promise<void> {
    await this.database.manager.query(
      `INSERT INTO "quotas" ("name", "most") VALUES ('rows', $1), ('bytes', $2)
       ON CONFLICT ("name") DO UPDATE SET "most" = excluded."most"`,
      [this.config.rows, this.config.bytes],
    );
  }
}
