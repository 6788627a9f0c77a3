import { CsvError, parse } from 'csv-parse/sync';
import { MAX_CHARACTERS, type SourceLine } from './source-lines';

/** A CSV record: one line, or several where a quoted field has line ends (RFC 4180, 2.6). */
export interface CsvRecord {
  /** The line at which it begins, and the one at which it ends. */
  readonly line: number;
  readonly lastLine: number;
  /** Null for one that is too long to be kept. */
  readonly text: string | null;
}

/** The fields of one record. @throws CsvError */
export const fieldsOf = (text: string): string[] => parse(text, { relax_column_count: true }).flat();

/** Whether a line leaves a quoted field open; one with a quote at a wrong place is no CSV, but over. */
function isOpen({ text, turnsQuoting }: SourceLine): boolean {
  if (!turnsQuoting || text === null) return turnsQuoting;
  try {
    fieldsOf(text);
    return false;
  } catch (error) {
    if (error instanceof CsvError) return error.code === 'CSV_QUOTE_NOT_CLOSED';
    throw error;
  }
}

/**
 * The records of a CSV file, one at a time; empty lines between them are left out. What is quoted is never taken for
 * a record, however long it is, as a stranger may have chosen it. csv-parse's own stream gives up at the first record
 * that is too long, and keeps one that is skipped in memory.
 */
export async function* csvRecords(lines: AsyncIterable<SourceLine>): AsyncGenerator<CsvRecord> {
  let open: CsvRecord | undefined;
  for await (const source of lines) {
    const { line, text } = source;
    if (!open && text?.trim() === '') continue;
    const isUnfinished: boolean = open ? !source.turnsQuoting : isOpen(source);
    const record: CsvRecord = open
      ? { ...open, lastLine: line, text: joined(open.text, text) }
      : { line, lastLine: line, text };
    if (!isUnfinished) yield record;
    open = isUnfinished ? record : undefined;
  }
  if (open) yield open;
}

function joined(before: string | null, text: string | null): string | null {
  const isKept = before !== null && text !== null && before.length + 1 + text.length <= MAX_CHARACTERS;
  return isKept ? `${before}\n${text}` : null;
}
