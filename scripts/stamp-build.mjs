// Runs after every build (`postbuild`): notes what it was made of.
import { writeFileSync } from 'node:fs';
import { hashSources, STAMP } from './sources.mjs';

writeFileSync(STAMP, `${hashSources()}\n`);
