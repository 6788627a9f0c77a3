// Runs after every build (`postbuild`): records the hash of its sources.
import { writeFileSync } from 'node:fs';
import { hashSources, STAMP } from './sources.mjs';

writeFileSync(STAMP, `${hashSources()}\n`);
