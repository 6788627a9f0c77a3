import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ImportLine } from '../../accounts/imports/import-line-validator.service';
import { IMPORTED_PROPERTIES } from '../../accounts/imports/imported-user.dto';
import { isError } from '../../platform/kernel/is-error';
import { csvRecords, fieldsOf } from './csv-records';
import { MAX_CHARACTERS, type SourceLine, sourceLines } from './source-lines';

const REQUIRED = ['username', 'email'];

/** Common notations of booleans in CSV. */
const BOOLEANS = new Map([
  ...['true', 't', '1'].map((word) => [word, true] as const),
  ...['false', 'f', '0'].map((word) => [word, false] as const),
]);

type ReadRecord = (text: string) => unknown;

/** A file of accounts, CSV with a header or JSON Lines, read record by record. */
export class ImportFile {
  /** In bytes. */
  readonly size: number;
  private stream: ReadStream | undefined;
  private readonly isCsv: boolean;

  /** @throws Error when the file does not exist or has an unknown extension */
  constructor(private readonly path: string) {
    if (!/\.(csv|jsonl)$/i.test(path)) throw new Error(`${path}: must end in .csv or .jsonl`);
    this.isCsv = path.toLowerCase().endsWith('.csv');
    this.size = statSync(path).size;
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return this.stream?.bytesRead ?? 0;
  }

  /** SHA-256 of the content, in hexadecimal. */
  async fingerprint(): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(this.path), hash);
    return hash.digest('hex');
  }

  /**
   * The records after a line, one at a time, without empty lines.
   * @throws Error when the header is invalid
   */
  async *lines(after: number): AsyncGenerator<ImportLine> {
    const stream = createReadStream(this.path, 'utf8');
    this.stream = stream;
    const lines = sourceLines(stream as AsyncIterable<string>);
    yield* this.isCsv ? csvLines(lines, after) : jsonLines(lines, after);
  }
}

async function* csvLines(lines: AsyncIterable<SourceLine>, after: number): AsyncGenerator<ImportLine> {
  let readRecord: ReadRecord | undefined;
  for await (const { line, lastLine, text } of csvRecords(lines)) {
    if (!readRecord) readRecord = csvReader(text ?? '');
    else if (line > after) yield endingAt(lastLine, read(line, text, readRecord));
  }
  if (!readRecord) throw new Error('The file is empty.');
}

async function* jsonLines(lines: AsyncIterable<SourceLine>, after: number): AsyncGenerator<ImportLine> {
  let isEmpty = true;
  for await (const { line, text } of lines) {
    isEmpty = false;
    if (line > after && text?.trim() !== '') yield read(line, text, (json) => JSON.parse(json) as unknown);
  }
  if (isEmpty) throw new Error('The file is empty.');
}

/** Adds the last line to a fault, because an unclosed quote extends to the end of the file. */
const endingAt = (lastLine: number, line: ImportLine): ImportLine =>
  'fault' in line && lastLine > line.line ? { ...line, fault: `${line.fault} (up to line ${lastLine})` } : line;

function read(line: number, text: string | null, readRecord: ReadRecord): ImportLine {
  if (text === null) return { line, fault: `is longer than ${MAX_CHARACTERS} characters` };
  if (text.includes('\uFFFD')) return { line, fault: 'is not in UTF-8' };
  try {
    return { line, record: readRecord(text) };
  } catch (error) {
    // A parser's own message would repeat the line with its hash.
    if (error instanceof SyntaxError) return { line, fault: 'is not JSON' };
    if (isError(error)) return { line, fault: error instanceof LineError ? error.message : 'is not CSV' };
    throw error;
  }
}

class LineError extends Error {}

/** @throws Error when the header has unknown or missing columns */
function csvReader(header: string): ReadRecord {
  const columns = fieldsOf(header).map((name) => name.trim());
  const known: readonly string[] = IMPORTED_PROPERTIES;
  const there = `known columns are ${known.join(', ')}`;
  const unknown = columns.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`Unknown column ${JSON.stringify(unknown.slice(0, 80))} in the header; ${there}.`);
  const missing = REQUIRED.find((name) => !columns.includes(name));
  if (missing !== undefined) throw new Error(`There is no column ${missing} in the header; ${there}.`);
  if (new Set(columns).size < columns.length) throw new Error('The header has a duplicate column.');
  return (text) => {
    const fields = fieldsOf(text);
    if (fields.length !== columns.length)
      throw new LineError(`has ${fields.length} fields instead of ${columns.length}`);
    const record: Record<string, unknown> = {};
    for (const [index, name] of columns.entries()) {
      const value = valueOf(name, fields[index] ?? '');
      if (value !== undefined) record[name] = value;
    }
    return record;
  };
}

function valueOf(column: string, text: string): string | boolean | undefined {
  if (text === '' && !REQUIRED.includes(column)) return undefined;
  const isBoolean = column === 'emailVerified' || column === 'isActive';
  return isBoolean ? (BOOLEANS.get(text.toLowerCase()) ?? text) : text;
}
