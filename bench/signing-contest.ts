import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Children } from './children';
import { get, type LoadProcess } from './load-process';
import { bulkFolder, databaseOf, type Ground, start } from './programs';
import { logIn, type Stage } from './stage';
import { Contest } from './throughput';

/** One route of two instances with the same data: one signs access tokens with a secret, the other with a key pair. */
export async function signingContest(children: Children, ground: Ground, stage: Stage, load: LoadProcess) {
  const own: Ground = { ...ground, folder: join(ground.folder, 'es256'), env: { ACCESS_TOKEN_ALGORITHM: 'ES256' } };
  await mkdir(own.folder);
  await copyFile(databaseOf('latchkey', { ...ground, folder: bulkFolder(ground) }), databaseOf('latchkey', own));
  const other = await start(children, own, 'latchkey');
  const { accessToken } = await logIn(other, stage.people.reader);
  return new Contest(load, [
    ['HS256', get(`${stage.programs.latchkey.api}/users/me`, stage.tokens.latchkey.reader)],
    ['ES256', get(`${other.api}/users/me`, accessToken)],
  ] as const);
}
