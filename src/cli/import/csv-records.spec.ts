import fc from 'fast-check';
import { type CsvRecord, csvRecords, fieldsOf } from './csv-records';
import { MAX_CHARACTERS, sourceLines } from './source-lines';

const field = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'ä'), maxLength: 12 });
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

async function* inChunks(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield await Promise.resolve(text.slice(at, at + size));
}

async function recordsOf(text: string, size = 1_000): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(sourceLines(inChunks(text, size)))) records.push(record);
  return records;
}

describe('the records of a CSV file', () => {
  it('come back with their fields and the lines at which they begin, in whatever pieces the file is read', async () => {
    const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('\n', '\r\n'),
        async (made, size, end) => {
          const texts = made.map((fields) => fields.map(quoted).join(','));
          const records = await recordsOf(texts.join(end), size);
          expect(records.map(({ text }) => fieldsOf(text ?? ''))).toEqual(made);
          let line = 1;
          for (const [index, text] of texts.entries()) {
            const lastLine = line + text.split('\n').length - 1;
            expect(records[index]).toMatchObject({ line, lastLine });
            line = lastLine + 1;
          }
        },
      ),
    );
  });

  it('are not kept beyond their longest, in one line or in many, and what comes behind them is read', async () => {
    for (const piece of ['x', 'x\n', '""', '""\n']) {
      const closed = quoted(piece.repeat(MAX_CHARACTERS));
      const records = await recordsOf(`a,b\n${closed},c\nd,e\n`);
      expect(records.map(({ text }) => text)).toEqual(['a,b', null, 'd,e']);
    }
  });

  it('with a quote at a wrong place are one line, and one that is never closed takes the rest', async () => {
    const records = await recordsOf('a"b,c\nd,e\n"f,g\nh,i\n');
    expect(records.map(({ line, lastLine }) => [line, lastLine])).toEqual([
      [1, 1],
      [2, 2],
      [3, 4],
    ]);
  });
});
