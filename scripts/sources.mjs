// Identifies the sources of a build by one hash: git clone, docker COPY and npm prune change file times.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The hash of the sources that dist/ was built from; part of dist/, so that it is removed with the build. */
export const STAMP = 'dist/sources.sha256';

const SETTINGS = [
  'package.json',
  'nest-cli.json',
  'scripts/class-docstrings.mjs',
  'tsconfig.json',
  'tsconfig.build.json',

  'package-lock.json',
  'scripts/bundle-strength.mjs',
  'scripts/bundle-programs.mjs',
  'scripts/run-bundle.cjs',
];

/** SHA-256 of the names and contents of all files that the build reads, in hex. */
export function hashSources() {
  const sources = readdirSync('src', { recursive: true })
    .filter((name) => /\.(ts|mjs|liquid|css|js|svg)$/.test(name) && !name.endsWith('.spec.ts'))
    .map((name) => `src/${name}`);
  const hash = createHash('sha256');
  for (const name of [...SETTINGS, ...sources.sort()].filter((file) => existsSync(file))) {
    const content = readFileSync(name);
    hash.update(`${name.replaceAll('\\', '/')}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
