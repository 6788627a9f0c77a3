import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import { sign } from 'jsonwebtoken';
import type { Children } from './children';
import { bulkFolder, databaseOf, type Ground, migrate, type Program, type ProgramName, start } from './programs';
import { dropTriggers, type People, seedLatchkey, seedTutorial } from './seed';
import { settings } from './settings';
import { median } from './statistics';

/** The password of every seeded user. */
export const PASSWORD = 'correct horse battery staple';
const READER = 'reader';

/** Everything that a measurement needs: the programs, running on the same data, and credentials. */
export interface Stage {
  programs: Record<ProgramName, Program>;
  people: People;
  /** Tokens of the user whose notes are read, and of one who writes notes. */
  tokens: Record<ProgramName, { reader: string; writer: string }>;
  /** An API token of the user whose notes are read. */
  apiToken: string;
  /** The token of the user with 100,000 notes. */
  archiveToken: string;
  /** Median of the milliseconds from the program's start to its first response with a migrated file. */
  startMs: number;
}

interface Session {
  accessToken: string;
  user: { id: string };
}

/** Creates and fills the files, starts the programs, and verifies that their responses are the same. */
export async function setStage(children: Children, ground: Ground): Promise<Stage> {
  await migrate(children, ground);
  const empty = await start(children, ground, 'latchkey');
  const profile = { username: READER, email: `${READER}@example.com`, password: PASSWORD };
  const reader = await send<Session>(`${empty.api}/auth/register`, profile);
  await children.stop(empty.child);

  const people = await seedLatchkey(databaseOf('latchkey', ground), {
    id: reader.user.id,
    username: READER,
  });
  await copyFile(databaseOf('latchkey', ground), databaseOf('limit', ground));
  await dropTriggers(databaseOf('limit', ground));
  await mkdir(bulkFolder(ground));
  await copyFile(databaseOf('latchkey', ground), databaseOf('latchkey', { ...ground, folder: bulkFolder(ground) }));
  const { latchkey, startMs } = await timeStarts(children, ground, reader.accessToken);
  const limit = await start(children, ground, 'limit');
  const tutorial = await start(children, ground, 'tutorial');
  await seedTutorial(databaseOf('tutorial', ground), databaseOf('latchkey', ground));

  const writer = await logIn(latchkey, people.others[0] ?? '');
  const archive = await logIn(latchkey, people.archive);
  const script = { name: 'Benchmark', scopes: ['account:read'], password: PASSWORD };
  const { token: apiToken } = await send<{ token: string }>(
    `${latchkey.api}/auth/api-tokens`,
    script,
    reader.accessToken,
  );
  const bare = (sub: string) => sign({ sub }, ground.secret, { expiresIn: '1h' });
  const foreign = { reader: bare(people.readerId), writer: bare(writer.user.id) };
  const stage: Stage = {
    programs: { latchkey, limit, tutorial },
    people,
    tokens: { latchkey: { reader: reader.accessToken, writer: writer.accessToken }, limit: foreign, tutorial: foreign },
    apiToken,
    archiveToken: archive.accessToken,
    startMs,
  };
  await assertAlike(stage);
  return stage;
}

/** Logs a seeded user in. */
export const logIn = (latchkey: Program, username: string): Promise<Session> =>
  send<Session>(`${latchkey.api}/auth/login`, { username, password: PASSWORD });

/** Creates a note with this content. */
export const writeNote = ({ api }: Program, content: string, token: string): Promise<unknown> =>
  send(`${api}/notes`, { title: 'x', content }, token);

/** Gets JSON. @throws unless the status is a 2xx */
export async function fetchJson<T>(url: string, token: string): Promise<T> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as T;
}

/** Posts JSON. @throws unless the status is a 2xx */
export async function send<T>(url: string, body: object, token?: string): Promise<T> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Starts the program several times with the filled file; the last one keeps running. */
async function timeStarts(children: Children, ground: Ground, token: string) {
  const times: number[] = [];
  let latchkey = await start(children, ground, 'latchkey', { path: '/notes', token });
  times.push(latchkey.startMs);
  while (times.length < settings.starts) {
    await children.stop(latchkey.child);
    latchkey = await start(children, ground, 'latchkey', { path: '/notes', token });
    times.push(latchkey.startMs);
  }
  return { latchkey, startMs: median(times) };
}

/** The references are useless if their responses differ. */
async function assertAlike({ programs, people, tokens }: Stage): Promise<void> {
  interface Page {
    items: { id: string }[];
    nextCursor: string;
  }
  const ask = <T>(name: ProgramName, path: string) => fetchJson<T>(programs[name].api + path, tokens[name].reader);
  const first = await ask<Page>('latchkey', '/notes');
  const limitFirst = await ask<Page>('limit', '/notes');
  assert.equal(first.items.length, 20);
  assert.deepEqual(limitFirst.items, first.items, 'limit lists other notes than Latchkey');
  const later = await ask<Page>('latchkey', `/notes?cursor=${first.nextCursor}`);
  const limitLater = await ask<Page>('limit', `/notes?cursor=${limitFirst.nextCursor}`);
  assert.deepEqual(limitLater.items, later.items, 'the second page of limit is another than that of Latchkey');
  const path = `/notes/${people.noteId}`;
  assert.deepEqual(await ask('limit', path), await ask('latchkey', path), 'limit shows another note than Latchkey');
  const ids = (notes: { id: string }[]) => notes.map(({ id }) => id);
  assert.deepEqual(ids(await ask<{ id: string }[]>('tutorial', '/notes')), ids(first.items));
}
