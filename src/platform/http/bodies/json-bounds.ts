const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The bound that a JSON text exceeds. */
export type Excess = 'levels' | 'values';

/** Maximum levels of arrays and objects, and maximum number of values. */
export interface JsonBounds {
  levels: number;
  values: number;
}

/**
 * Checks in one pass over the bytes, before parsing, whether JSON nests deeper or has more values than allowed: 1 MiB
 * of brackets takes a parser a hundred times as long as 1 MiB of text. Values are counted by the commas between them,
 * so accepted text has at most `levels` times as many. In text that is not JSON, only brackets and commas count.
 */
export function findExcess(json: Uint8Array, { levels, values }: JsonBounds): Excess | null {
  let level = 0;
  let commas = 0;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) {
      index = endOfString(json, index + 1);
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      level += 1;
      if (level > levels) return 'levels';
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      level -= 1;
    } else if (byte === COMMA) {
      commas += 1;
      if (commas >= values) return 'values';
    }
  }
  return null;
}

/** The end of the string that began before `index`: its closing quote, or beyond the end of the text. */
function endOfString(json: Uint8Array, index: number): number {
  while (index < json.length && json[index] !== QUOTE) index += json[index] === BACKSLASH ? 2 : 1;
  return index;
}
