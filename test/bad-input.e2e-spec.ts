import { connect } from 'node:net';
import { type Actor, TestApp } from './support/app';
import {
  type Answer,
  type Authenticated,
  type NoteBody,
  type Problem,
  type RequestOptions,
  PASSWORD,
} from './support/client';
import { onEachDatabase } from './support/databases';

const MIB = 1_048_576;

/** A valid body of an operation, and its fields. */
interface Endpoint {
  name: string;
  method: string;
  path: string;
  valid: Record<string, string | boolean>;
  required: string[];
}

const ENDPOINTS: Endpoint[] = [
  {
    name: 'POST /auth/register',
    method: 'POST',
    path: '/auth/register',
    valid: { username: 'somebody', email: 'somebody@example.com', password: PASSWORD },
    required: ['username', 'email', 'password'],
  },
  {
    name: 'POST /auth/login',
    method: 'POST',
    path: '/auth/login',
    valid: { username: 'alice', password: PASSWORD, remember: false },
    required: ['username', 'password'],
  },
  {
    name: 'POST /auth/refresh',
    method: 'POST',
    path: '/auth/refresh',
    valid: { refreshToken: 'lkr_x' },
    required: ['refreshToken'],
  },
  {
    name: 'POST /notes',
    method: 'POST',
    path: '/notes',
    valid: { title: 'Title', content: 'Content', isPinned: true },
    required: ['title'],
  },
  {
    name: 'PATCH /notes/:id',
    method: 'PATCH',
    path: '/notes/:id',
    valid: { title: 'Title', content: 'Content', isPinned: true },
    required: [],
  },
  { name: 'PATCH /users/me', method: 'PATCH', path: '/users/me', valid: { username: 'alice' }, required: [] },
];

/** Property names that every object inherits. */
const INHERITED = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'prototype'];

/** Text that must never be in a response: stack frames, files, statements, names of drivers and frameworks. */
const INTERNALS = /node_modules|\.[jt]s\b|\n\s*at |Error:|SQLITE|SELECT |INSERT |FST_ERR|fastify|nestjs|typeorm/i;

const SANE_ID = /^[A-Za-z0-9._-]{1,128}$/;

const pointersOf = ({ body }: Answer<Problem>) => body.errors?.map(({ pointer }) => pointer).sort() ?? [];

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Actor;
  let note: NoteBody;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
    alice = await app.register('alice');
    note = (await alice.post<NoteBody>('/notes', { title: 'Kept', content: 'as it is' })).body;
  });

  afterAll(() => app.stop());

  const send = (endpoint: Endpoint, body: unknown, options?: RequestOptions) => {
    const { method, path } = endpoint;
    return alice.send<Problem>(method, path.replace(':id', note.id), body, options);
  };

  const expectRefused = (answer: Answer<Problem>, pointers: readonly string[]) => {
    expect([answer.status, answer.body.code, pointersOf(answer)]).toEqual([
      400,
      'validation_failed',
      [...pointers].sort(),
    ]);
  };

  const expectCode = (answer: Answer<Problem>, status: number, code: string) => {
    expect([answer.status, answer.body.code, answer.body.status]).toEqual([status, code, status]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  };

  describe.each(ENDPOINTS)('$name', (endpoint) => {
    const { valid, required } = endpoint;
    const fields = Object.keys(valid);
    const texts = fields.filter((field) => typeof valid[field] === 'string');

    it('names each field that is missing', async () => {
      for (const field of required) {
        const rest = Object.fromEntries(Object.entries(valid).filter(([name]) => name !== field));
        expectRefused(await send(endpoint, rest), [`/${field}`]);
      }
    });

    it('names every faulty field at once', async () => {
      const nothing = Object.fromEntries(fields.map((field) => [field, null]));
      expectRefused(
        await send(endpoint, { ...nothing, surprise: 1 }),
        ['surprise', ...fields].map((name) => `/${name}`),
      );
    });

    it('accepts null for no field', async () => {
      for (const field of fields) expectRefused(await send(endpoint, { ...valid, [field]: null }), [`/${field}`]);
    });

    it('accepts no value of another type, not even one with the same text', async () => {
      for (const field of fields) {
        const others = texts.includes(field)
          ? [1, true, [], {}, [valid[field]], { toString: 'x' }]
          : ['true', 'false', '', 0, 1, [], {}, [true]];
        for (const other of others) expectRefused(await send(endpoint, { ...valid, [field]: other }), [`/${field}`]);
      }
    });

    it('names each property that it does not know, whatever it is called', async () => {
      for (const name of ['surprise', '', 'a/b~c', 'Title', ...INHERITED]) {
        const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        expectRefused(await send(endpoint, { ...valid, [name]: 'x' }), [pointer]);
      }
    });

    it('does not let clients set internal properties', async () => {
      for (const name of [
        'id',
        'roles',
        'isActive',
        'emailVerified',
        'authorId',
        'ownerId',
        'createdAt',
        'updatedAt',
      ]) {
        expectRefused(await send(endpoint, { ...valid, [name]: name === 'roles' ? ['admin'] : true }), [`/${name}`]);
      }
    });

    it.each([
      ['a NUL character', '\0'],
      ['a high surrogate alone', '\ud83d'],
      ['a low surrogate alone', '\ude00'],
      ['surrogates in the wrong order', '\ude00\ud83d'],
    ])('accepts no text with %s, which no database could store', async (_, character) => {
      for (const field of texts) {
        const spoilt = `${String(valid[field])}${character}x`;
        expectRefused(await send(endpoint, { ...valid, [field]: spoilt }), [`/${field}`]);
      }
    });

    it.each(['null', '[]', '1', '"text"', 'true', '[{"title":"x"}]', ''])(
      'accepts only an object: not %p',
      async (raw) => {
        expectRefused(await send(endpoint, undefined, { raw, headers: { 'content-type': 'application/json' } }), ['']);
      },
    );

    it.each([
      '{',
      '}',
      '{"a":1',
      '{"a":1}}',
      '{"a":1,}',
      "{'a':1}",
      '{"a":NaN}',
      '{"a":"\n"}',
      '// {}',
      ' ',
      '\0',
      'x=1',
    ])('calls broken JSON malformed: %p', async (raw) => {
      expectCode(await send(endpoint, undefined, { raw }), 400, 'malformed_body');
    });

    it.each([
      ['Latin-1', [0xe9]],
      ['an overlong form', [0xc0, 0xaf]],
      ['an encoded surrogate', [0xed, 0xa0, 0x80]],
      ['a character cut short', [0xf0, 0x9f, 0x98]],
    ])('calls a body that is not UTF-8 malformed: %s', async (_, bytes) => {
      const [before = '', after = ''] = JSON.stringify({ ...valid, [texts[0] ?? '']: '^' }).split('^');
      const raw = new Uint8Array([...Buffer.from(before), ...bytes, ...Buffer.from(after)]);
      expectCode(await send(endpoint, undefined, { raw }), 400, 'malformed_body');
    });

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/merge-patch+json',
      'application/jsonx',
      'text/json',
      'application',
      '',
    ])('accepts no media type other than JSON: not %p', async (type) => {
      const headers = { 'content-type': type };
      const answer = await send(endpoint, valid, { headers });
      expectCode(answer, 415, 'unsupported_media_type');
    });

    it('accepts no body without a media type', async () => {
      const response = await fetch(`${app.origin}/api/v1${endpoint.path.replace(':id', note.id)}`, {
        method: endpoint.method,
        headers: { authorization: `Bearer ${alice.session.accessToken}` },
        body: Buffer.from(JSON.stringify(valid)),
      });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' });
    });

    it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'APPLICATION/JSON'])(
      'takes JSON as %s',
      async (type) => {
        expectRefused(await send(endpoint, { surprise: 1, ...valid }, { headers: { 'content-type': type } }), [
          '/surprise',
        ]);
      },
    );

    it('reads a body of 16 KiB, of a note 1 MiB, and not one byte more', async () => {
      const limit = endpoint.path.startsWith('/notes') ? MIB : 16_384;
      const bodyOf = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
      expectRefused(await send(endpoint, undefined, { raw: bodyOf(limit) }), ['']);
      expectCode(await send(endpoint, undefined, { raw: bodyOf(limit + 1) }), 413, 'payload_too_large');
    });

    it.each(['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}'])(
      'keeps %s away from prototypes',
      async (raw) => {
        expect((await send(endpoint, undefined, { raw })).status).toBe(400);
        expect('isAdmin' in {}).toBe(false);
      },
    );

    it('a duplicate name does not bypass the rules', async () => {
      for (const field of fields) {
        const once = JSON.stringify({ ...valid, [field]: valid[field] }).slice(0, -1);
        expectRefused(await send(endpoint, undefined, { raw: `${once},"${field}":1}` }), [`/${field}`]);
      }
    });
  });

  it('refused requests have changed nothing', async () => {
    expect((await alice.get<NoteBody>(`/notes/${note.id}`)).body).toEqual(note);
    expect((await alice.get('/users/me')).body).toEqual(alice.session.user);
    const { body } = await alice.get<{ items: NoteBody[] }>('/notes');
    expect(body.items).toEqual([note]);
    const login = await app.anonymous.post('/auth/login', { username: 'somebody', password: PASSWORD });
    expect(login.status).toBe(401);
  });

  describe('the length of a text', () => {
    let accounts = 0;
    const register = (change: object) => {
      const username = `bounds-${(accounts += 1)}`;
      const account = { username, email: `${username}@example.com`, password: PASSWORD, ...change };
      return app.anonymous.post<Authenticated & Problem>('/auth/register', account);
    };

    it.each([
      ['3 characters', 'a.-'],
      ['80 characters', 'x'.repeat(80)],
      ['every kind of character', 'AZaz09_.-'],
    ])('a username of %s is taken, by register and by a change', async (_, username) => {
      const registered = await register({ username });
      expect([registered.status, registered.body.user.username]).toEqual([201, username]);
      const [first = '', ...rest] = Array.from(username);
      const renamed = [first === 'a' ? 'b' : 'a', ...rest].join('');
      const caller = app.anonymous.as(registered.body.accessToken);
      const changed = await caller.patch<Authenticated['user']>('/users/me', { username: renamed });
      expect([changed.status, changed.body.username]).toEqual([200, renamed]);
    });

    it.each([
      ['2 characters', 'ab'],
      ['81 characters', 'x'.repeat(81)],
      ['nothing', ''],
      ['a space', 'a b c'],
      ['an @', 'a@b.co'],
      ['letters beyond ASCII', 'zoë'],
      ['a line feed at the end', 'abc\n'],
      ['a letter that is ASCII in lower case only', '\u212Aelvin'],
      ['astral characters', '😀😀😀'],
    ])('a username of %s is refused, by register and by a change', async (_, username) => {
      expectRefused(await register({ username }), ['/username']);
      expectRefused(await alice.patch<Problem>('/users/me', { username }), ['/username']);
    });

    const astral = '🦊🐳🌵🎲🧭🪁🛶🎻';
    const selected = '❤\uFE0F☀\uFE0F☎\uFE0F✈\uFE0F✂\uFE0F✏\uFE0F☂\uFE0F☕\uFE0F';

    it.each([
      ['8 ASCII characters', '7f3K!x9Q'],
      ['256 ASCII characters', '7f3K!x9Q'.repeat(32)],
      ['8 astral characters', astral],
      ['256 astral characters', astral.repeat(32)],
      ['8 characters, 4 of them variation selectors', selected.slice(0, 8)],
      ['256 characters, 128 of them variation selectors', selected.repeat(16)],
      ['white space at both ends', '  7f3K!x9Q  '],
      ['control characters', '7f3K\u0001\t\r\n\u001f'],
    ])('a password of %s is taken, and logs in', async (_, password) => {
      const registered = await register({ password });
      expect(registered.status).toBe(201);
      const { username } = registered.body.user;
      expect((await app.anonymous.post('/auth/login', { username, password })).status).toBe(200);
      const other = [...Array.from(password).slice(0, -1), 'y'].join('');
      expect((await app.anonymous.post('/auth/login', { username, password: other })).status).toBe(401);
    });

    it.each([
      ['7 ASCII characters', '7f3K!x9'],
      ['257 ASCII characters', `${'7f3K!x9Q'.repeat(32)}x`],
      ['7 astral characters, of 14 UTF-16 units and 28 bytes', Array.from(astral).slice(1).join('')],
      ['257 astral characters', `${astral.repeat(32)}🎻`],
      ['6 characters, 3 of them variation selectors', selected.slice(0, 6)],
      ['258 characters, 129 of them variation selectors', `${selected.repeat(16)}❤\uFE0F`],
    ])('a password of %s is refused', async (_, password) => {
      expectRefused(await register({ password }), ['/password']);
    });

    it('a login name may have 254 characters and a password 256; longer ones are refused, not cut', async () => {
      const login = (username: string, password: string) =>
        app.anonymous.post<Problem>('/auth/login', { username, password });
      expect((await login('x'.repeat(254), '😀'.repeat(256))).status).toBe(401);
      expectRefused(await login('x'.repeat(255), PASSWORD), ['/username']);
      expectRefused(await login('alice', '😀'.repeat(257)), ['/password']);
      expectRefused(await login('', ''), ['/username', '/password']);
    });

    it('a refresh token may have 512 characters', async () => {
      const refresh = (refreshToken: string) => app.anonymous.post<Problem>('/auth/refresh', { refreshToken });
      expectCode(await refresh('x'.repeat(512)), 401, 'invalid_refresh_token');
      for (const token of ['', 'x'.repeat(513)]) expectRefused(await refresh(token), ['/refreshToken']);
    });

    it.each([
      'plain',
      'a@',
      '@example.com',
      'a@b@example.com',
      'a@localhost',
      'a b@example.com',
      ' a@example.com',
      'a@example.com\n',
      '<a@example.com>',
      '"a b"@example.com',
      '"x<e@evil.example>"@example.com',
      'a@e\u00adxample.com',
      'a@\uff45xample.com',
      'a@-example.com',
      `${'x'.repeat(65)}@example.com`,
      `a@${'x'.repeat(60)}.${'y.'.repeat(100)}com`,
    ])('%p is no email address', async (email) => {
      expectRefused(await register({ email }), ['/email']);
    });

    const write = (values: object) => alice.post<NoteBody & Problem>('/notes', values);
    const change = (values: object) => alice.patch<NoteBody & Problem>(`/notes/${note.id}`, values);

    it.each([
      ['1 character', 'x', 'x'],
      ['200 characters', 'x'.repeat(200), 'x'.repeat(200)],
      ['200 astral characters', '😀'.repeat(200), '😀'.repeat(200)],
      ['200 characters between any white space', ` \t\u3000${'x'.repeat(200)}\n${' '.repeat(500)}`, 'x'.repeat(200)],
      ['characters with white space in between', ' a  b ', 'a  b'],
    ])('a title of %s is taken, and trimmed', async (_, title, kept) => {
      const [written, changed] = [await write({ title }), await change({ title })];
      expect([written.status, written.body.title]).toEqual([201, kept]);
      expect([changed.status, changed.body.title]).toEqual([200, kept]);
    });

    it.each([
      ['nothing', ''],
      ['white space alone', ' \t\r\n\u00a0\u3000'],
      ['201 characters', 'x'.repeat(201)],
      ['201 astral characters', '😀'.repeat(201)],
    ])('a title of %s is refused', async (_, title) => {
      expectRefused(await write({ title }), ['/title']);
      expectRefused(await change({ title }), ['/title']);
    });

    it.each([
      ['nothing', ''],
      ['100,000 characters', 'x'.repeat(100_000)],
      ['100,000 astral characters', '😀'.repeat(100_000)],
      ['white space', ' \n '.repeat(30)],
    ])('content of %s is taken unchanged', async (_, content) => {
      const [written, changed] = [await write({ title: 'x', content }), await change({ content })];
      expect([written.status, written.body.content === content]).toEqual([201, true]);
      expect([changed.status, changed.body.content === content]).toEqual([200, true]);
    });

    it.each([
      ['100,001 characters', 'x'.repeat(100_001)],
      ['100,001 astral characters', '😀'.repeat(100_001)],
    ])('content of %s is refused', async (_, content) => {
      expectRefused(await write({ title: 'x', content }), ['/content']);
      expectRefused(await change({ content }), ['/content']);
    });
  });

  describe('names and addresses are unique, ignoring case', () => {
    const register = (username: string, email: string) =>
      app.anonymous.post<Problem>('/auth/register', { username, email, password: PASSWORD });

    it.each([
      ['Carol', 'cAROL', 'other.carol@example.com', 'username_taken', ['/username']],
      ['dave.1', 'dave.2', 'DAVE.1@EXAMPLE.COM', 'email_taken', ['/email']],
      ['erin', 'ERIN', 'Erin@Example.Com', 'username_taken', ['/email', '/username']],
    ])('after %s no one is %s with %s', async (first, username, email, code, pointers) => {
      expect((await register(first, `${first.toLowerCase()}@example.com`)).status).toBe(201);
      const answer = await register(username, email);
      expectCode(answer, 409, code);
      expect(pointersOf(answer)).toEqual(pointers);
    });

    it('an address beyond ASCII is one address in any letter case and any Unicode form', async () => {
      expect((await register('jose', 'jos\u00e9@example.com')).status).toBe(201);
      for (const [index, email] of [
        'JOS\u00c9@example.com',
        'jose\u0301@example.com',
        'JOSE\u0301@Example.com',
      ].entries()) {
        expectCode(await register(`jose${index}`, email), 409, 'email_taken');
      }
    });

    it('of those who want one name in any letter case at the same moment exactly one gets it', async () => {
      const names = ['frank', 'FRANK', 'Frank', 'fRANK', 'frANK', 'FRank', 'franK', 'FRANk'];
      const answers = await Promise.all(names.map((name, index) => register(name, `frank${index}@example.com`)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 201)) expectCode(answer, 409, 'username_taken');
    });

    it('no one can take the name of another by a change either', async () => {
      await app.register('grace');
      expectCode(await alice.patch<Problem>('/users/me', { username: 'GRACE' }), 409, 'username_taken');
    });
  });

  it.each([
    'page=2',
    'Limit=1',
    'limit=1&limit=2',
    'limit[]=1',
    'limit=',
    'constructor=1',
    '__proto__=1',
    'toString=',
    '=1',
  ])('the query of a list follows the same rules: ?%s is refused', async (query) => {
    for (const path of ['/notes', '/auth/sessions']) {
      const answer = await alice.get<Problem>(`${path}?${query}`);
      expectCode(answer, 400, 'validation_failed');
      expect(pointersOf(answer)).toHaveLength(1);
    }
  });

  describe('addresses', () => {
    it.each(['//nowhere', '//api', '//api/v1', '//api/v2/notes', '/nowhere', '/notes/1/2', '/auth', '//API/V1/notes'])(
      'there is nothing at %s',
      async (path) => {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const body = method === 'POST' ? {} : undefined;
          expectCode(await alice.send<Problem>(method, path, body), 404, 'not_found');
        }
      },
    );

    it.each([
      ['PUT', '/notes', 'GET, HEAD, POST'],
      ['DELETE', '/notes', 'GET, HEAD, POST'],
      ['POST', '/notes/:id', 'DELETE, GET, HEAD, PATCH'],
      ['GET', '/auth/login', 'POST'],
      ['DELETE', '/auth/register', 'POST'],
      ['PATCH', '/auth/sessions', 'DELETE, GET, HEAD'],
      ['GET', '/auth/sessions/:id', 'DELETE'],
      ['PUT', '/users/me', 'DELETE, GET, HEAD, PATCH'],
      ['POST', '/health/live', 'GET, HEAD'],
    ])('%s %s is refused with the methods that are allowed', async (method, path, allowed) => {
      const answer = await alice.send<Problem>(method, path.replace(':id', note.id));
      expectCode(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed);
    });

    it.each(['/notes/%', '/notes/%zz', '/notes/%ff', '/notes/%c3%28', '/notes/%ed%a0%80', '/%', '//%ff', '/notes%2'])(
      'percent-encoding that means nothing is refused: %s',
      async (path) => {
        const answer = await alice.get<Problem>(path);
        expect([answer.status, answer.body.status]).toEqual([400, 400]);
        expect(answer.body.instance).toBe(path.startsWith('//') ? path.slice(1) : `/api/v1${path}`);
        expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
      },
    );
  });

  describe('X-Request-Id', () => {
    const ask = (id?: string) =>
      app.anonymous.get<Problem>('/notes', id === undefined ? {} : { headers: { 'x-request-id': id } });

    it.each(['a', '0', '-', 'aZ0-_.', 'x'.repeat(128)])('%p is reused, into the header and the body', async (id) => {
      const { headers, body } = await ask(id);
      expect([headers.get('x-request-id'), body.requestId]).toEqual([id, id]);
    });

    it.each([undefined, '', ' ', 'x'.repeat(129), 'a b', 'a/b', 'a,b', 'é', '"a"', '{}', '%0a', 'a\tb'])(
      'instead of %p a new one is made each time',
      async (id) => {
        const [first, second] = [await ask(id), await ask(id)];
        for (const { headers, body } of [first, second]) {
          expect(headers.get('x-request-id')).toMatch(SANE_ID);
          expect(body.requestId).toBe(headers.get('x-request-id'));
        }
        expect(first.body.requestId).not.toBe(second.body.requestId);
      },
    );

    it('every answer has one, also where nothing went wrong', async () => {
      for (const path of ['/health/live', '/users/me', '//api/openapi.json']) {
        const { status, headers } = await alice.get(path, { headers: { 'x-request-id': 'mine' } });
        expect([status, headers.get('x-request-id')]).toEqual([200, 'mine']);
      }
    });
  });

  describe('problem details', () => {
    const problems: [number, string, string, () => Promise<Answer<Problem>>][] = [
      [400, 'validation_failed', '/notes', () => alice.post('/notes?secret=1', { title: '' })],
      [400, 'malformed_body', '/notes', () => alice.post('/notes?secret=1', undefined, { raw: '{' })],
      [400, 'invalid_cursor', '/notes', () => alice.get('/notes?cursor=secret')],
      [401, 'unauthenticated', '/notes', () => app.anonymous.get('/notes?secret=1')],
      [401, 'invalid_token', '/notes', () => app.anonymous.as('secret').get('/notes')],
      [
        401,
        'invalid_credentials',
        '/auth/login',
        () => app.anonymous.post('/auth/login', { username: 'x', password: 'secret' }),
      ],
      [
        401,
        'invalid_refresh_token',
        '/auth/refresh',
        () => app.anonymous.post('/auth/refresh', { refreshToken: 'secret' }),
      ],
      [404, 'not_found', '/secret-less', () => alice.get('/secret-less?secret=1')],
      [405, 'method_not_allowed', '/users/me', () => alice.send('PUT', '/users/me?secret=1')],
      [
        409,
        'username_taken',
        '/auth/register',
        () =>
          app.anonymous.post('/auth/register', {
            username: 'alice',
            email: 'new@example.com',
            password: `secret ${PASSWORD}`,
          }),
      ],
      [413, 'payload_too_large', '/notes', () => alice.post('/notes', undefined, { raw: 'x'.repeat(MIB + 1) })],
      [
        415,
        'unsupported_media_type',
        '/notes',
        () => alice.post('/notes', {}, { headers: { 'content-type': 'text/plain' } }),
      ],
    ];

    it.each(problems)(
      '%i %s has every field, and nothing of the inside or of what is secret',
      async (status, code, path, provoke) => {
        const answer = await provoke();
        expectCode(answer, status, code);
        const { errors = [], title, detail, ...problem } = answer.body;
        expect(title).toMatch(/^[A-Z].*[^.]$/);
        expect(detail).toMatch(/^[A-Z].*\.$/);
        expect(problem).toEqual({
          type: `urn:latchkey:problem:${code}`,
          status,
          instance: `/api/v1${path}`,
          code,
          requestId: answer.headers.get('x-request-id'),
        });
        for (const { pointer, message, ...more } of errors) {
          expect(pointer).toMatch(/^(\/.*)?$/);
          expect(message).toMatch(/\w/);
          expect(more).toEqual({});
        }
        expect(answer.text.replaceAll('/secret-less', '')).not.toContain('secret');
        expect(answer.text).not.toMatch(INTERNALS);
      },
    );

    it('a failed creation has no Location', async () => {
      const account = { username: 'alice', email: 'new@example.com', password: PASSWORD };
      for (const answer of [
        await app.anonymous.post('/auth/register', {}),
        await app.anonymous.post('/auth/register', account),
        await alice.post('/notes', {}),
      ]) {
        expect(answer.headers.has('location')).toBe(false);
      }
    });

    it('hundreds of faults are answered briefly', async () => {
      const faults = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`unknown${index}`, '\0']));
      const answer = await app.anonymous.post<Problem>('/auth/register', faults);
      expectCode(answer, 400, 'validation_failed');
      expect(answer.body.errors).toHaveLength(50);
    });

    it('a client that is still sending when its body is refused as too large is not disconnected', async () => {
      const { port, hostname } = new URL(app.origin);
      const heard = await new Promise<{ answer: string; wasCutOff: boolean }>((done) => {
        let answer = '';
        const socket = connect(Number(port), hostname);
        const type = 'Content-Type: application/json';
        socket.write(`POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n${type}\r\nContent-Length: ${8 * MIB}\r\n\r\n`);
        socket.once('data', () => socket.end(Buffer.alloc(8 * MIB, ' ')));
        socket.on('data', (data) => (answer += data.toString()));
        socket.on('error', () => undefined);
        socket.on('close', (wasCutOff) => done({ answer, wasCutOff }));
      });
      expect(heard.answer).toContain('HTTP/1.1 413 ');
      expect(heard.answer).toContain('payload_too_large');
      expect(heard.wasCutOff).toBe(false);
    });
  });
});
