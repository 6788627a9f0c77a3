// Runs after every build (`postbuild`): bundles the estimator of passwords for browsers, so that a page says while a person
// types what the server would say. Its code is the server's own.
import { build } from 'esbuild';

await build({
  entryPoints: { strength: 'src/auth/passwords/strength/password-strength.ts' },
  outdir: 'dist/web-assets',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'inline',
  logLevel: 'warning',
});
