import { type FileHandle, open } from 'node:fs/promises';
import { type BreachSource, InvalidBreachData } from './breach-source';

/** Bytes that are read at a time. */
const BLOCK = 4096;

/** Blocks of a file that are checked when it is opened, evenly spaced from its beginning to its end. */
const SAMPLES = 64;

/** One line of a file: the hash, and perhaps how many times it was seen. */
const LINE = /^(?<hash>[0-9A-Fa-f]{40})(?::\d{1,12})?\r?$/;

/** A complete line of a block. */
interface Line {
  /** Uppercase. */
  hash: string;
  /** Where the line begins, and where the next one does, in bytes. */
  start: number;
  end: number;
}

/**
 * A file of SHA-1 hashes in ascending order, one per line, each perhaps followed by a colon and a count, as
 * haveibeenpwned-downloader writes it. Binary search finds a hash in 40 GB with about 24 reads of 4 KiB; nothing is kept
 * in memory.
 */
export class SortedHashFile implements BreachSource {
  /** Reads occupy the few threads that the database needs as well. */
  readonly places = 2;

  private constructor(
    private readonly handle: FileHandle,
    private readonly size: number,
  ) {}

  /** @throws InvalidBreachData for a file that has other lines or looks unsorted; the system's error when unreadable */
  static async open(path: string): Promise<SortedHashFile> {
    const handle = await open(path, 'r');
    try {
      const file = new SortedHashFile(handle, (await handle.stat()).size);
      await file.checkSamples();
      return file;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async has(hash: string): Promise<boolean> {
    // The lines that begin from `low` on and before `high` are left; a line begins at both, or the file ends.
    let [low, high] = [0, this.size];
    while (low < high) {
      const { first, last, lines } = await this.read(low + Math.max(0, Math.floor((high - low - BLOCK) / 2)));
      if (hash < first.hash) high = first.start;
      else if (hash > last.hash) low = last.end;
      else return lines.some((line) => line.hash === hash);
    }
    return false;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async checkSamples(): Promise<void> {
    if (this.size === 0) throw new InvalidBreachData('is empty');
    const space = Math.max(0, this.size - BLOCK);
    const offsets = new Set(Array.from({ length: SAMPLES }, (_, index) => Math.floor((space * index) / (SAMPLES - 1))));
    let previous = '';
    for (const offset of offsets) {
      const { first, lines } = await this.read(offset);
      const hashes = [previous, ...lines.map(({ hash }) => hash)];
      if (hashes.some((hash, index) => hash < (hashes[index - 1] ?? ''))) {
        throw new InvalidBreachData(`is not sorted by hash around byte ${offset}`);
      }
      // Blocks of a small file overlap.
      previous = first.hash;
    }
  }

  /** The lines that begin from an offset on and end within a block of it. @throws InvalidBreachData */
  private async read(offset: number): Promise<{ first: Line; last: Line; lines: Line[] }> {
    // The byte before tells whether a line begins right at the offset.
    const from = Math.max(0, offset - 1);
    const length = Math.min(offset + BLOCK, this.size) - from;
    // What a file that has become shorter lacks stays zero, which is no hash.
    const { buffer } = await this.handle.read(Buffer.alloc(length), 0, length, from);
    const lines = [...linesIn(buffer.toString('latin1'), from, this.size)];
    const [first, last] = [lines[0], lines.at(-1)];
    if (!first || !last) throw notHashes(offset);
    return { first, last, lines };
  }
}

/** The complete lines of a part of a file. @param from where the part begins @param size of the file */
function* linesIn(text: string, from: number, size: number): Generator<Line> {
  let at = from === 0 ? 0 : text.indexOf('\n') + 1;
  if (at === 0 && from > 0) return;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    if (newline < 0 && from + text.length < size) return;
    const end = newline < 0 ? text.length : newline + 1;
    const hash = LINE.exec(text.slice(at, newline < 0 ? end : newline))?.groups?.['hash'];
    if (hash === undefined) throw notHashes(from + at);
    yield { hash: hash.toUpperCase(), start: from + at, end: from + end };
    at = end;
  }
}

const notHashes = (offset: number) =>
  new InvalidBreachData(`has something other than a line with a SHA-1 hash at byte ${offset}`);
