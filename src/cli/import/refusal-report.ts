import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Refusal } from '../../accounts/imports/import-line-validator.service';

/**
 * The refused lines of an import, one JSON object per line, without hashes. Readable by its owner only, because it
 * names users.
 */
export class RefusalReport {
  constructor(readonly path: string) {}

  /**
   * Writes at a position and truncates the rest, such as the lines of a batch that was rolled back. Without refused
   * lines, there is no file.
   * @returns the new end, in bytes; the data has been synced to disk
   */
  async write(position: number, refusals: readonly Refusal[]): Promise<number> {
    if (position === 0 && refusals.length === 0) {
      await rm(this.path, { force: true });
      return 0;
    }
    const lines = Buffer.from(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(''));
    const file = await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { size } = await file.stat();
      // A report that was deleted in the meantime starts over.
      const start = Math.min(size, position);
      if (size > start) await file.truncate(start);
      await file.write(lines, 0, lines.length, start);
      await file.datasync();
      return start + lines.length;
    } finally {
      await file.close();
    }
  }
}
