/** A read-only statement and the names of its columns. */
export interface Select {
  /** With the parameters `$1`, `$2`, ..., bound by number. */
  sql: string;
  columns: readonly string[];
}

/** The first rows of a list; the last parameter is their number. */
export interface PageSelect extends Select {
  /**
   * The same statement, limited to the rows that fit into `bytes` in total and the one after them, each with its bytes
   * as the last column.
   */
  bounded: Select;
  /** Maximum total bytes of text of a page. */
  bytes: number;
}

/** The values of a row, in the order of the columns. */
export type Values = unknown[];

/** The rows of a page, and whether more follow. */
export interface PageRows {
  rows: Values[];
  hasMore: boolean;
}

/** Bounds of the pause after a large result, in milliseconds. */
const [MIN_PAUSE, MAX_PAUSE] = [10, 250];

/**
 * Milliseconds to wait after a large result before the next one is read: each blocks the event loop, and an account
 * that requests many at once must leave most of the time to others.
 * @param begun start of the read, by `performance.now()` @param atOnce number of concurrent reads
 */
export const pauseAfter = (begun: number, atOnce: number): number =>
  Math.min(Math.max(performance.now() - begun, MIN_PAUSE) * atOnce, MAX_PAUSE);

/** Runs single read-only statements. */
export interface Reader {
  query(select: Select, parameters: readonly unknown[]): Promise<Values[]>;
  /**
   * At most `limit` rows of at most `select.bytes` in total, but at least one row.
   * @param owner the owner of the list; owners are served round-robin
   */
  page(select: PageSelect, parameters: readonly unknown[], limit: number, owner: string): Promise<PageRows>;
  close(): Promise<void>;
}

/** The rows of a bounded statement that fit, by the same rule as in the statement, and their total bytes. */
export function fitting(rows: Values[], limit: number, most: number): PageRows & { bytes: number } {
  let bytes = 0;
  let count = 0;
  for (const row of rows) {
    const own = Number(row.at(-1));
    if (count === limit || (count > 0 && bytes + own > most)) break;
    bytes += own;
    count += 1;
  }
  return { rows: rows.slice(0, count), hasMore: rows.length > count, bytes };
}
