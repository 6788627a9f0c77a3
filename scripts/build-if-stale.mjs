// Builds if the sources differ from those of the last build, so that a start or a test never runs stale code. An
// existing build runs without the compiler, which npm prune --omit=dev removes, even if the sources change.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hashSources, STAMP } from './sources.mjs';

const isBuilt = existsSync('dist/main.js');
// An image may contain only dist/.
const isFresh =
  isBuilt && (!existsSync('src') || (existsSync(STAMP) && readFileSync(STAMP, 'utf8').trim() === hashSources()));

if (!isFresh) {
  if (hasCompiler()) {
    console.error('Building Latchkey (about 25 s)...');
    const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] });
    process.exitCode = status ?? 1;
  } else if (isBuilt) {
    console.error(
      'The sources have changed since the last build and no compiler is installed: running the last build.',
    );
  } else {
    console.error('Latchkey is not built and no compiler is installed: run "npm ci && npm run build" first.');
    process.exitCode = 1;
  }
}

function hasCompiler() {
  const { resolve } = createRequire(import.meta.url);
  try {
    return ['@nestjs/cli/package.json', 'typescript/package.json'].every((name) => resolve(name));
  } catch {
    return false;
  }
}
