// Builds when a source file is newer than the last build, so that a start or a test never runs stale code
// and an image that carries only dist/ needs no compiler.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';

const built = existsSync('dist/main.js') ? statSync('dist/main.js').mtimeMs : 0;
const inputs = ['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
if (existsSync('src')) {
  const sources = readdirSync('src', { recursive: true }).filter((name) => /\.(ts|mjs|liquid)$/.test(name));
  inputs.push(...sources.map((name) => `src/${name}`));
}
const stale = inputs.some((file) => existsSync(file) && statSync(file).mtimeMs > built);
if (stale && existsSync('src')) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] });
  process.exit(status ?? 1);
}
