/** Maximum characters of a line, or of a CSV record of several: a file without line breaks must not fill the memory. */
export const MAX_CHARACTERS = 16_384;

/** A line of a file. */
export interface SourceLine {
  /** Counted from 1. */
  readonly line: number;
  /** Without its line feed; null if it is too long. */
  readonly text: string | null;
  /** Whether it has an odd number of quotes, so that it begins or ends a quoted CSV field of several lines. */
  readonly turnsQuoting: boolean;
}

const hasOddQuotes = (text: string): boolean => text.split('"').length % 2 === 0;

/** The lines of a file, one at a time; Node's readline would buffer a line of any length. */
export async function* sourceLines(chunks: AsyncIterable<string>): AsyncGenerator<SourceLine> {
  let [line, rest] = [0, ''];
  let dropped: { odd: boolean } | undefined;
  const next = (end: string): SourceLine => {
    line += 1;
    const turnsQuoting = hasOddQuotes(end) !== (dropped?.odd ?? false);
    const text = line === 1 ? end.replace(/^\uFEFF/, '') : end;
    const isKept = !dropped && end.length <= MAX_CHARACTERS;
    dropped = undefined;
    return { line, text: isKept ? text : null, turnsQuoting };
  };
  for await (const chunk of chunks) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) yield next(text);
    if (rest.length <= MAX_CHARACTERS) continue;
    dropped = { odd: hasOddQuotes(rest) !== (dropped?.odd ?? false) };
    rest = '';
  }
  if (dropped || rest !== '') yield next(rest);
}
