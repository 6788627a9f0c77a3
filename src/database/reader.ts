/** A statement that only reads, and the names of its columns. */
export interface Select {
  /** With `$1`, `$2`, ... in order of first appearance. */
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

/** Where single statements that only read are run. */
export interface Reader {
  query(select: Select, parameters: unknown[]): Promise<Values[]>;
  /** At most `limit` rows that weigh at most `select.bytes` together, but one row in any case. */
  page(select: PageSelect, parameters: unknown[], limit: number): Promise<PageRows>;
  close(): Promise<void>;
}

/** What fits of the rows of a bounded statement, by the rule that the statement follows too. */
export function fitting(rows: Values[], limit: number, bytes: number): PageRows {
  let total = 0;
  let count = 0;
  for (const row of rows) {
    total += Number(row.at(-1));
    if (count === limit || (count > 0 && total > bytes)) break;
    count += 1;
  }
  return { rows: rows.slice(0, count), hasMore: rows.length > count };
}
