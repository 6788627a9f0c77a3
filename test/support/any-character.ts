import fc from 'fast-check';

/** UTF-16 halves, which are no characters. */
const [FIRST_HALF, HALVES] = [0xd800, 0x800];

function indexOf(character: unknown): number {
  const [first, ...others] = typeof character === 'string' ? Array.from(character) : [];
  const code = first?.codePointAt(0) ?? -1;
  if (first === undefined || others.length > 0 || !first.isWellFormed()) throw new Error('This is no character');
  return code < FIRST_HALF ? code : code - HALVES;
}

/** Any character of Unicode. The unit `binary` of the library is the same, and takes a second to list all of them. */
export const anyCharacter = fc
  .nat({ max: 0x10ffff - HALVES })
  .map((index) => String.fromCodePoint(index < FIRST_HALF ? index : index + HALVES), indexOf);
