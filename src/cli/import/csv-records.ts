import { CsvError, parse } from 'csv-parse/sync';
import { MAX_CHARACTERS, type SourceLine } from './source-lines';

/** A CSV record: one line, or several if a quoted field contains line breaks (RFC 4180, 2.6). */
export interface CsvRecord {
  /** Its first line, and its last. */
  readonly line: number;
  readonly lastLine: number;
  /** Null if it is too long. */
  readonly text: string | null;
}

/** The fields of one record. @throws CsvError */
export const fieldsOf = (text: string): string[] => parse(text, { relax_column_count: true }).flat();

/** Whether a line leaves a quoted field open; a line with a misplaced quote is not CSV, but complete. */
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
 * The records of a CSV file, one at a time, without empty lines. Quoted text, which may be hostile, is never parsed as
 * a record, however long it is. csv-parse's own stream fails at the first record that is too long, and buffers a
 * skipped one in memory.
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
