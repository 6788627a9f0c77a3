// The reference "limit": what a sensible developer gets out of this stack by hand, without a framework. Bare Fastify,
// an HMAC by node:crypto, bare sqlite3 with prepared statements on four read connections, the same SQL, and the same
// way to read rows, as one JSON text.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { v7 } from 'uuid';
import { Connection, type Prepared, type Row, type Value } from './sqlite';

const READERS = 4;
/** Copies of each statement per connection, so that a request seldom waits for another's rows. */
const STATEMENTS = 8;
const COLUMNS =
  '"id" AS "id", "ownerId" AS "ownerId", "createdAt" AS "createdAt", "updatedAt" AS "updatedAt", "title" AS "title", "content" AS "content", "isPinned" AS "isPinned"';
const LIST = `SELECT ${COLUMNS} FROM "notes" WHERE "ownerId" = ?`;
/** Reads like the server: the rows as one JSON text that SQLite builds on its own thread. */
const asJson = (statement: string) =>
  `SELECT json_group_array(json_array("id", "ownerId", "createdAt", "updatedAt", "title", "content", "isPinned")) AS "text" FROM (${statement})`;
const ORDER = 'ORDER BY "isPinned" DESC, "createdAt" DESC, "id" DESC LIMIT ?';
const INSERT =
  'INSERT INTO "notes" ("id", "ownerId", "createdAt", "updatedAt", "title", "content", "isPinned") VALUES (?, ?, ?, ?, ?, ?, ?)';

const note = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    title: { type: 'string' },
    content: { type: 'string' },
    isPinned: { type: 'boolean' },
    authorId: { type: 'string' },
    createdAt: { type: 'string' },
    updatedAt: { type: 'string' },
  },
};
const page = {
  type: 'object',
  properties: { items: { type: 'array', items: note }, nextCursor: { type: ['string', 'null'] } },
};

const key = createSecretKey(Buffer.from(process.env['SECRET'] ?? '', 'utf8'));

/** The user of an HS256 bearer token, or undefined. */
function bearer({ headers }: FastifyRequest): string | undefined {
  const token = headers.authorization?.startsWith('Bearer ') ? headers.authorization.slice(7) : '';
  const end = token.lastIndexOf('.');
  const mac = createHmac('sha256', key).update(token.slice(0, end)).digest();
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) return undefined;
  const payload = Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url').toString();
  const { sub, exp } = JSON.parse(payload) as { sub: string; exp: number };
  return Date.now() < exp * 1000 ? sub : undefined;
}

const toJson = (row: Row) => ({
  id: row['id'],
  title: row['title'],
  content: row['content'],
  isPinned: row['isPinned'] === 1,
  authorId: row['ownerId'],
  createdAt: new Date(Number(row['createdAt'])).toISOString(),
  updatedAt: new Date(Number(row['updatedAt'])).toISOString(),
});

const cursorOf = (row: Row) =>
  Buffer.from(JSON.stringify([row['isPinned'], row['createdAt'], row['id']])).toString('base64url');

const refuse = (reply: FastifyReply, status: number) => reply.code(status).send({ status });

interface Reader {
  first: Prepared;
  later: Prepared;
  one: Prepared;
}

/** Prepared statements, with the connections in turn. */
async function openReaders(file: string): Promise<Reader[]> {
  const connections = await Promise.all(Array.from({ length: READERS }, () => Connection.open(file, 'read')));
  const prepare = async (connection: Connection): Promise<Reader> => ({
    first: await connection.prepare(asJson(`${LIST} ${ORDER}`)),
    later: await connection.prepare(asJson(`${LIST} AND ("isPinned", "createdAt", "id") < (?, ?, ?) ${ORDER}`)),
    one: await connection.prepare(asJson(`SELECT ${COLUMNS} FROM "notes" WHERE "id" = ?`)),
  });
  const rounds = Array.from({ length: STATEMENTS }, () => connections);
  return Promise.all(rounds.flat().map(prepare));
}

interface NewNote {
  title?: unknown;
  content?: unknown;
  isPinned?: unknown;
}

async function main(): Promise<void> {
  const file = process.env['DATABASE'] ?? '';
  const writer = await Connection.open(file, 'write');
  await writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  const insert = await writer.prepare(INSERT);
  const readers = await openReaders(file);
  let turn = 0;
  const read = async (statement: keyof Reader, parameters: Value[]): Promise<Row[]> => {
    turn = (turn + 1) % readers.length;
    const [answer] = (await readers[turn]?.[statement].all(parameters)) ?? [];
    const rows = JSON.parse(String(answer?.['text'] ?? '[]')) as Value[][];
    return rows.map(
      ([id = '', ownerId = '', createdAt = 0, updatedAt = 0, title = '', content = '', isPinned = 0]): Row => {
        return { id, ownerId, createdAt, updatedAt, title, content, isPinned };
      },
    );
  };

  const app = fastify();

  app.get<{ Querystring: { limit?: string; cursor?: string } }>(
    '/api/v1/notes',
    { schema: { response: { 200: page } } },
    async (request, reply) => {
      const user = bearer(request);
      if (user === undefined) return refuse(reply, 401);
      const { limit = '20', cursor } = request.query;
      const size = Number(limit);
      if (!Number.isInteger(size) || size < 1 || size > 100) return refuse(reply, 400);
      const after =
        cursor === undefined
          ? []
          : (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, number, string]);
      const rows = await read(after.length === 0 ? 'first' : 'later', [user, ...after, size + 1]);
      const items = rows.slice(0, size);
      const last = items.at(-1);
      return { items: items.map(toJson), nextCursor: rows.length > size && last ? cursorOf(last) : null };
    },
  );

  app.get<{ Params: { id: string } }>(
    '/api/v1/notes/:id',
    { schema: { response: { 200: note } } },
    async (request, reply) => {
      const user = bearer(request);
      if (user === undefined) return refuse(reply, 401);
      const [row] = await read('one', [request.params.id]);
      if (!row) return refuse(reply, 404);
      return row['ownerId'] === user ? toJson(row) : refuse(reply, 403);
    },
  );

  app.post<{ Body: NewNote }>('/api/v1/notes', { schema: { response: { 201: note } } }, async (request, reply) => {
    const user = bearer(request);
    if (user === undefined) return refuse(reply, 401);
    const { title, content = '', isPinned = false } = request.body;
    if (typeof title !== 'string' || typeof content !== 'string' || typeof isPinned !== 'boolean') {
      return refuse(reply, 400);
    }
    const now = Date.now();
    const row = { id: v7(), ownerId: user, createdAt: now, updatedAt: now, title, content, isPinned: Number(isPinned) };
    await insert.all(Object.values(row));
    return reply.code(201).header('location', `/api/v1/notes/${row.id}`).send(toJson(row));
  });

  // The bare bearer route: only the HMAC and a small response.
  app.get('/api/v1/users/me', (request, reply) => {
    const user = bearer(request);
    return user === undefined ? refuse(reply, 401) : reply.send({ id: user });
  });

  await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
