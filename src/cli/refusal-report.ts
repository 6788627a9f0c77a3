import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Refusal } from '../auth/imports/imported-lines';

/** The refused lines of an import, one JSON object a line, each without its hash. For its owner alone, as it names users. */
export class RefusalReport {
  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Opens the report of a file, and cuts off what a batch left that did not happen. @param length in bytes */
  static async open(path: string, length: number): Promise<RefusalReport> {
    const report = new RefusalReport(path, await open(path, constants.O_RDWR | constants.O_CREAT, 0o600));
    await report.write(length, []);
    return report;
  }

  /** Writes behind a position and lets nothing follow; on the disk when it returns. @returns the new end, in bytes */
  async write(position: number, refusals: readonly Refusal[]): Promise<number> {
    const { size } = await this.file.stat();
    // A report that somebody took away meanwhile begins anew.
    const start = Math.min(size, position);
    const lines = Buffer.from(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(''));
    if (size > start) await this.file.truncate(start);
    if (lines.length > 0) {
      await this.file.write(lines, 0, lines.length, start);
      await this.file.datasync();
    }
    return start + lines.length;
  }

  /** Leaves no empty report behind. */
  async close(): Promise<void> {
    const { size } = await this.file.stat();
    await this.file.close();
    if (size === 0) await rm(this.path);
  }
}
