import fc from 'fast-check';
import { findExcess } from './json-bounds';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

const sizeOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, item) => sum + sizeOf(item), 1)
    : 1;

const texts = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', '\n', 'é', '😀', '\u0001', 'x') });

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'large', withCrossShrink: true },
    texts,
    fc.constantFrom(null, true, 1.5e300),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(texts, tie('json'), { maxKeys: 4 }),
  ),
}));

const scan = (text: string, levels: number, values = Infinity) => findExcess(Buffer.from(text), { levels, values });

/** The same JSON, each character of its strings escaped, and white space wherever it may be. */
const escaped = (value: unknown) =>
  JSON.stringify(value, null, '\t').replace(
    /[^\x20-\x7e\n\t]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

describe('the bounds of JSON that is not parsed yet', () => {
  it('know the depth of any JSON, whatever stands in its strings', () => {
    fc.assert(
      fc.property(json, (value) => {
        const depth = depthOf(value);
        for (const text of [JSON.stringify(value), escaped(value)]) {
          expect(scan(text, depth)).toBeNull();
          expect(scan(text, depth - 1)).toBe(depth === 0 ? null : 'levels');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuse no JSON of as many values as are allowed, and all of as many times more as there are levels', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 20 }), (value, most) => {
        const size = sizeOf(value);
        const excess = scan(JSON.stringify(value), Infinity, most);
        if (size <= most) expect(excess).toBeNull();
        if (size > most * (depthOf(value) + 1)) expect(excess).toBe('values');
      }),
      { numRuns: 1000 },
    );
    for (const count of [1, 2, 20, 21]) {
      expect(scan(JSON.stringify(Array.from({ length: count }, () => ',')), 1, 20)).toBe(count > 20 ? 'values' : null);
    }
  });

  it('take any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) =>
        [null, 'levels', 'values'].includes(findExcess(bytes, { levels: 2, values: 3 })),
      ),
    );
    expect(scan('"\\', 1)).toBeNull();
    expect(scan(']]]][', 1)).toBeNull();
  });
});
