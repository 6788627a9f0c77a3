import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { InvalidBreachData } from './breach-source';
import { SortedHashFile } from './sorted-hash-file';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-hashes-'));
const path = join(folder, 'hashes.txt');

afterAll(() => rmSync(folder, { recursive: true }));

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();
const hashed = Array.from({ length: 30_000 }, (_, index) => sha1(`${index}`));
const some = (count: number) => hashed.slice(0, count).sort();
const lines = (hashes: readonly string[]) =>
  hashes.map((hash, index) => `${hash}:${(index * 7919) % 100_000}\n`).join('');

/** What a file of this content finds of these hashes. */
async function findIn(content: string, hashes: readonly string[]): Promise<boolean[]> {
  writeFileSync(path, content);
  const file = await SortedHashFile.open(path);
  try {
    const found: boolean[] = [];
    for (const hash of hashes) found.push(await file.has(hash));
    return found;
  } finally {
    await file.close();
  }
}

/** The next hash up or down, which is in no file by chance. */
const neighbor = (hash: string, step: bigint) =>
  BigInt.asUintN(160, BigInt(`0x${hash}`) + step)
    .toString(16)
    .padStart(40, '0')
    .toUpperCase();

describe('a sorted file of hashes', () => {
  const hashes = fc
    .tuple(fc.nat(), fc.integer({ min: 1, max: 400 }))
    .map(([seed, count]) => Array.from({ length: count }, (_, index) => sha1(`${seed} ${index}`)).sort());
  const layout = fc.record({
    newline: fc.constantFrom('\n', '\r\n'),
    endsWithNewline: fc.boolean(),
    isLowercase: fc.boolean(),
    counts: fc.array(fc.constantFrom('', ':1', ':31', ':99999999'), { minLength: 1, maxLength: 7 }),
  });

  it('finds what a set of its hashes has, whatever its line ends, counts and last line', async () => {
    await fc.assert(
      fc.asyncProperty(hashes, layout, fc.nat(), async (known, form, seed) => {
        const lines = known.map((hash, index) => hash + (form.counts[index % form.counts.length] ?? ''));
        const text = lines.join(form.newline) + (form.endsWithNewline ? form.newline : '');
        const [first = '', last = '', one = ''] = [known[0], known.at(-1), known[seed % known.length]];
        const asked = [first, last, one, sha1(`${seed}`), '0'.repeat(40), 'F'.repeat(40)].flatMap((hash) => [
          ...[hash, neighbor(hash, 1n), neighbor(hash, -1n)],
        ]);
        const set = new Set(known);
        const found = await findIn(form.isLowercase ? text.toLowerCase() : text, asked);
        expect(found).toEqual(asked.map((hash) => set.has(hash)));
      }),
      { numRuns: 40 },
    );
  });

  it('finds every one of its hashes, and none of their neighbors', async () => {
    const hashes = some(300);
    expect(new Set(await findIn(lines(hashes), hashes))).toEqual(new Set([true]));
    const absent = hashes.flatMap((each) => [neighbor(each, 1n), neighbor(each, -1n)]);
    expect(new Set(await findIn(lines(hashes), absent))).toEqual(new Set([false]));
  });

  it.each([
    ['an empty one', '', /^is empty$/],
    ['one of passwords', 'password\n123456\n', /something other than a line with a SHA-1 hash at byte 0$/],
    ['an archive', `7z\xBC\xAF\x27\x1C${'\0'.repeat(9000)}`, /something other than a line/],
    ['one of NTLM hashes', `${'A'.repeat(32)}:3\n${'B'.repeat(32)}:1\n`, /something other than a line/],
    ['one with a blank line', `${lines(some(10))}\n`, /something other than a line/],
    ['one whose last line is cut off', lines(some(1000)).slice(0, -30), /something other than a line/],
    ['one sorted by count', lines(some(1000).reverse()), /^is not sorted by hash around byte 0$/],
    ['one that was appended to', lines(some(2000)) + lines(some(2000)), /^is not sorted by hash around byte \d+$/],
    [
      'one of two sorted halves',
      lines([...some(30_000).slice(12_345), ...some(30_000).slice(0, 12_345)]),
      /^is not sorted by/,
    ],
    ['one whose end is unsorted', lines([...some(2000), '0'.repeat(40)]), /^is not sorted by hash around byte \d+$/],
  ])('is not %s: that is refused when it is opened, without a word of its content', async (_, content, fault) => {
    const refused: unknown = await findIn(content, []).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidBreachData);
    expect(refused).toHaveProperty('message', expect.stringMatching(fault) as string);
  });

  it('is not missing, nor a folder', async () => {
    await expect(SortedHashFile.open(join(folder, 'missing.txt'))).rejects.toThrow(/ENOENT/);
    await expect(SortedHashFile.open(folder)).rejects.toThrow(/EISDIR|is not/);
  });

  it('that changes under the server fails instead of giving a wrong answer', async () => {
    const hashes = some(2000);
    writeFileSync(path, lines(hashes));
    const file = await SortedHashFile.open(path);
    truncateSync(path, 40_000);
    await expect(file.has(hashes.at(-1) ?? '')).rejects.toThrow(InvalidBreachData);
    writeFileSync(path, 'x'.repeat(200_000));
    await expect(file.has(hashes[0] ?? '')).rejects.toThrow(InvalidBreachData);
    await file.close();
  });
});
