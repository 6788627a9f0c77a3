import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Refusal } from '../../accounts/imports/import-line-validator.service';

/** The refused lines of an import, one JSON object a line, each without its hash. For its owner alone, as it names users. */
export class RefusalReport {
  constructor(readonly path: string) {}

  /**
   * Writes behind a position and lets nothing follow, such as what a batch left that did not happen in the end. Without
   * a refused line there is no file.
   * @returns the new end, in bytes; on the disk by then
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
      // A report that was deleted meanwhile begins anew.
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
