import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = join(__dirname, '../scripts/generate.mjs');

describe('npm run generate', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-generate-'));
    cpSync(join(__dirname, '../src/auth/sessions'), join(folder, 'src/auth/sessions'), { recursive: true });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each<[string, string[], RegExp]>([
    ['a field that is a word of the language', ['things', 'class:string'], /^class is a reserved name/],
    ['a field that is one only in strict code', ['things', 'package:string?'], /^package is a reserved name/],
    ['a field that is one only where code waits', ['things', 'await:string'], /^await is a reserved name/],
    ['a field that every object has', ['things', 'constructor:string'], /^constructor is a reserved name/],
    ['a field that is refused in bodies', ['things', 'prototype:string'], /^prototype is a reserved name/],
    ['a field that the handler has beside it', ['things', 'caller:string'], /^caller is a reserved name/],
    ['a table that is there', ['sessions', 'label:string'], /^Another module already has the table sessions/],
  ])('refuses %s, and writes nothing', async (_, given, reason) => {
    const refused = run('node', [script, 'owned', ...given], { cwd: folder });
    await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(reason) as string });
    expect([readdirSync(folder), readdirSync(join(folder, 'src'))]).toEqual([['src'], ['auth']]);
  });
});
