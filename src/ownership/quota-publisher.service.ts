import { Injectable } from '@nestjs/common';
import { QuotaConfig } from '../platform/config/quota.config';
import { Database } from '../platform/database/database.service';

/**
 * How much each account may own. The triggers that count owned rows also refuse them, within the statement that writes,
 * so the limits are exact under concurrency; they read the limits from the table `quotas`.
 */
@Injectable()
export class QuotaPublisher {
  constructor(
    private readonly database: Database,
    private readonly config: QuotaConfig,
  ) {}

  /** Makes the configured limits the ones that hold. For the server alone: commands may be configured otherwise. */
  async publish(): Promise<void> {
    await this.database.manager.query(
      `INSERT INTO "quotas" ("name", "most") VALUES ('rows', $1), ('bytes', $2)
       ON CONFLICT ("name") DO UPDATE SET "most" = excluded."most"`,
      [this.config.rows, this.config.bytes],
    );
  }
}
