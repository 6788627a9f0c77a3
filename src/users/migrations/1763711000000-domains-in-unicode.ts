import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addressKey } from '../../platform/addresses/mailbox';

interface KeyRow {
  id: string;
  key: string;
}

/**
 * A domain can be written in ASCII (`xn--...`) or in Unicode. Address keys had the form as written; from now on they
 * have the Unicode form. If another account already holds that key, the old one stays, and its account is found by
 * username.
 */
export class DomainsInUnicode1763711000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const column of ['emailKey', 'assertedEmailKey']) {
      const rows = (await runner.query(
        `SELECT "id", "${column}" AS "key" FROM "users" WHERE "${column}" LIKE '%@%xn--%'`,
      )) as KeyRow[];
      for (const { id, key } of rows) await this.rewrite(runner, column, { id, key });
    }
  }

  /** The old keys are not stored; the previous version would find these accounts by username. */
  async down(): Promise<void> {
    // Nothing to revert.
  }

  private async rewrite(runner: QueryRunner, column: string, { id, key }: KeyRow): Promise<void> {
    const wanted = addressKey(key);
    if (wanted === key) return;
    const isFree =
      column === 'emailKey' ? ` AND NOT EXISTS (SELECT 1 FROM "users" AS "other" WHERE "other"."emailKey" = $1)` : '';
    await runner.query(`UPDATE "users" SET "${column}" = $1 WHERE "id" = $2${isFree}`, [wanted, id]);
  }
}
