/** A statement that only reads, and the names of its columns. */
export interface Select {
  /** Its parameters are `$1`, `$2`, ..., bound by number. */
  sql: string;
  columns: readonly string[];
}

/** The first rows of a list; the last parameter is how many. */
export interface PageSelect extends Select {
  /** The same with the same parameters, but only rows that fit into `bytes` together and the one after them, each with its bytes as a last column. */
  bounded: Select;
  /** Most bytes of text of a page's rows together. */
  bytes: number;
}

/** The values of a row, in the order of the columns. */
export type Values = unknown[];

/** The rows of a page, and whether there are more behind them. */
export interface PageRows {
  rows: Values[];
  hasMore: boolean;
}

/** Bounds of the pause after a large result, in milliseconds. */
const [MIN_PAUSE, MAX_PAUSE] = [10, 250];

/**
 * Milliseconds to wait after a large result before the next one may be read: each keeps the thread that serves requests
 * busy, and an account that asks for many at once must leave most of its time to others.
 * @param begun when the read began, by `performance.now()` @param atOnce how many are read at once
 */
export const pauseAfter = (begun: number, atOnce: number): number =>
  Math.min(Math.max(performance.now() - begun, MIN_PAUSE) * atOnce, MAX_PAUSE);

/** Where single statements that only read are run. */
export interface Reader {
  query(select: Select, parameters: readonly unknown[]): Promise<Values[]>;
  /**
   * At most `limit` rows that weigh at most `select.bytes` together, but one row in any case.
   * @param owner whose list it is; owners are served in turn
   */
  page(select: PageSelect, parameters: readonly unknown[], limit: number, owner: string): Promise<PageRows>;
  close(): Promise<void>;
}

/** What fits of the rows of a bounded statement, by the rule that the statement follows too, and how many bytes it has. */
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
