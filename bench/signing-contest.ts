import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Children } from './children';
import { get, type LoadProcess } from './load-process';
import { bulkFolder, databaseOf, type Ground, start } from './programs';
import { logIn, type Stage } from './stage';
import { Contest } from './throughput';

const ALGORITHMS = ['HS256', 'ES256'] as const;

/**
 * One route of two instances with the same data: one signs access tokens with a secret, the other with a key pair. Neither
 * does anything else, so that both are equally warm.
 */
export async function signingContest(children: Children, ground: Ground, stage: Stage, load: LoadProcess) {
  const shots = ALGORITHMS.map(async (algorithm) => {
    const own = { ...ground, folder: join(ground.folder, algorithm), env: { ACCESS_TOKEN_ALGORITHM: algorithm } };
    await mkdir(own.folder);
    await copyFile(databaseOf('latchkey', { ...ground, folder: bulkFolder(ground) }), databaseOf('latchkey', own));
    const program = await start(children, own, 'latchkey');
    const { accessToken } = await logIn(program, stage.people.reader);
    return [algorithm, get(`${program.api}/users/me`, accessToken)] as const;
  });
  return new Contest(load, await Promise.all(shots));
}
