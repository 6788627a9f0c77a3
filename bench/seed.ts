import { v7 } from 'uuid';
import { Connection, type Value } from './sqlite';

/** Notes of the user whose list is read. */
export const READER_NOTES = 1_000;
/** Notes of the user whose last page is read. */
export const ARCHIVE_NOTES = 100_000;
/** Other users, and the notes of each. */
const OTHERS = 100;
const OTHERS_NOTES = 50;

/** Rows per statement. */
const CHUNK = 5_000;
/** One in this many notes is pinned. */
const PINNED = 25;
/** Milliseconds between two notes of a user. */
const APART_MS = 60_000;
/** About 200 characters, like typical notes. */
const CONTENT =
  'Milk, bread and two lemons. Ask Jana about the key of the cellar before Friday; the plumber comes at nine. ' +
  'The book she meant is “The Left Hand of Darkness”. Tickets are in the drawer – seat 14, coach 7.';

/** The users in the seeded file. All have the password of the registered user. */
export interface People {
  /** The measured user, with 1,000 notes. */
  readerId: string;
  /** The login name of that user. */
  reader: string;
  /** One of that user's notes. */
  noteId: string;
  /** The login name of the user with 100,000 notes. */
  archive: string;
  /** The login names of the others. */
  others: string[];
}

/** The content of a note, slightly different for each. */
export const contentOf = (index: number): string => `${index}. ${CONTENT}`;

/** Fills the program's own file while it is closed: the registered user's notes, and all other accounts. */
export async function seedLatchkey(
  file: string,
  { id: readerId, username: reader }: { id: string; username: string },
): Promise<People> {
  const database = await Connection.open(file, 'write');
  const now = Date.now();
  const others = Array.from({ length: OTHERS }, (_, index) => `other-${index}`);
  const archive = 'archive';
  const ids = new Map([...others, archive].map((name) => [name, v7()]));
  await database.exec('BEGIN');
  await insert(
    database,
    'users',
    [...ids].map(([name, id]) => userRow(name, id, now)),
  );
  await database.all(
    `INSERT INTO "password_credentials" ("userId", "hash", "updatedAt")
     SELECT "users"."id", "known"."hash", "known"."updatedAt" FROM "users", "password_credentials" AS "known"
     WHERE "known"."userId" = ? AND "users"."id" <> ?`,
    [readerId, readerId],
  );
  const notes = noteRows(readerId, READER_NOTES, now);
  await insert(database, 'notes', notes);
  for (const [name, id] of ids) {
    await insert(database, 'notes', noteRows(id, name === archive ? ARCHIVE_NOTES : OTHERS_NOTES, now));
  }
  await database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  await database.close();
  return { readerId, reader, noteId: String(notes[READER_NOTES / 2]?.['id']), archive, others };
}

/**
 * Removes the quota triggers from a copy of the program's file: the reference has no quotas, and must not pay for them.
 */
export async function dropTriggers(file: string): Promise<void> {
  const database = await Connection.open(file, 'write');
  const triggers = await database.all(`SELECT "name" FROM sqlite_master WHERE "type" = 'trigger'`);
  for (const { name } of triggers) await database.exec(`DROP TRIGGER "${String(name)}"`);
  await database.close();
}

/** Copies users and notes into the tutorial's file, which it created at startup. */
export async function seedTutorial(file: string, latchkeyFile: string): Promise<void> {
  const database = await Connection.open(file, 'write');
  const time = (column: string) => `strftime('%Y-%m-%d %H:%M:%f', "${column}" / 1000.0, 'unixepoch')`;
  await database.all('ATTACH DATABASE ? AS "latchkey"', [latchkeyFile]);
  await database.exec(`BEGIN;
    INSERT INTO "main"."users" ("id", "username", "email", "isActive", "createdAt", "updatedAt")
      SELECT "id", "username", "email", "isActive", ${time('createdAt')}, ${time('updatedAt')} FROM "latchkey"."users";
    INSERT INTO "main"."notes" ("id", "ownerId", "title", "content", "isPinned", "createdAt", "updatedAt")
      SELECT "id", "ownerId", "title", "content", "isPinned", ${time('createdAt')}, ${time('updatedAt')}
      FROM "latchkey"."notes";
    COMMIT`);
  await database.close();
}

const userRow = (name: string, id: string, now: number) => ({
  id,
  username: name,
  usernameKey: name,
  email: `${name}@example.com`,
  emailKey: `${name}@example.com`,
  emailVerified: 0,
  roles: 'user',
  isActive: 1,
  createdAt: now,
  updatedAt: now,
});

const noteRows = (ownerId: string, count: number, now: number) =>
  Array.from({ length: count }, (_, index) => {
    const createdAt = now - (count - index) * APART_MS;
    return {
      id: v7({ msecs: createdAt }),
      ownerId,
      createdAt,
      updatedAt: createdAt,
      title: `Note ${index}`,
      content: contentOf(index),
      isPinned: index % PINNED === 0 ? 1 : 0,
    };
  });

/** Rows are passed as JSON, thousands per statement, which takes a second instead of a minute. */
async function insert(database: Connection, table: string, rows: readonly Record<string, Value>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const names = columns.map((column) => `"${column}"`).join(', ');
  const values = columns.map((column) => `json_extract("value", '$.${column}')`).join(', ');
  const statement = `INSERT INTO "${table}" (${names}) SELECT ${values} FROM json_each(?)`;
  for (let start = 0; start < rows.length; start += CHUNK) {
    await database.all(statement, [JSON.stringify(rows.slice(start, start + CHUNK))]);
  }
}
