import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Body, Controller, Post } from '@nestjs/common';
import { IsArray } from 'class-validator';
import { BodyLimit } from '../src/platform/http/bodies/body-limit';
import { type Actor, TestApp } from './support/app';
import { type PageBody, type Problem, PASSWORD } from './support/client';
import { onEachDatabase } from './support/databases';

class NamesDto {
  @IsArray()
  names!: string[];
}

@Controller('roomy')
class RoomyController {
  @Post()
  @BodyLimit(50_000)
  names(@Body() { names }: NamesDto) {
    return { names };
  }
}

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Actor;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { CORS_ORIGINS: 'https://app.example.com' }, [RoomyController]);
    alice = await app.register('alice');
  });

  afterAll(() => app.stop());

  it('health is reported at the base path and at the root', async () => {
    for (const path of ['/health/live', '/health/ready', '//health/live', '//health/ready']) {
      const { status, body } = await app.anonymous.get(path);
      expect([status, body]).toEqual([200, { status: 'ok' }]);
    }
  });

  it('the root links to everything for programs', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/html']) {
      const { status, body, headers } = await app.anonymous.get('//', { headers: { accept } });
      const links = { api: '/api/v1', docs: '/api/docs', openapi: '/api/openapi.json', health: '/health/ready' };
      expect([status, body]).toEqual([200, { name: 'Latchkey', ...links }]);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('the root is a page for a browser, which leads to the docs, and no cache keeps it', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
    const answer = await fetch(`${app.origin}/?from=bookmark`, { headers, redirect: 'manual' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('href="/api/docs"');
    expect((await fetch(app.origin, { headers, method: 'HEAD', redirect: 'manual' })).status).toBe(200);
  });

  it('the root only supports reads', async () => {
    expect((await fetch(app.origin, { method: 'HEAD' })).status).toBe(200);
    const { status, headers } = await app.anonymous.send('POST', '//', undefined);
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('an unsupported method is 405 with the allowed ones, even with a body of any type', async () => {
    const put = await app.anonymous.send<Problem>('PUT', '/notes', undefined, {
      raw: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect([put.status, put.body.code, put.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD, POST',
    ]);
    expect((await app.anonymous.get('/auth/login')).status).toBe(405);
    const { status, headers } = await app.anonymous.send('PUT', `/notes/${randomUUID()}?a=b`);
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
  });

  it('an unsupported method is 405 where the address fits another pattern too', async () => {
    const { status, headers } = await app.anonymous.send('DELETE', '/auth/passkeys/options');
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('every response has the security headers, and API responses are not cached', async () => {
    for (const path of ['/health/live', '/nowhere', '/notes']) {
      const { headers } = await app.anonymous.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.get('strict-transport-security')).toContain('max-age=');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('a configured web origin is allowed, another one is not', async () => {
    const preflight = (origin: string) =>
      app.anonymous.send('OPTIONS', '/notes', undefined, {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
    const friend = await preflight('https://app.example.com');
    expect(friend.status).toBe(204);
    expect(friend.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(friend.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect((await preflight('https://evil.example.com')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['PUT', '/notes', 405],
    ['DELETE', '/auth/passkeys/options', 405],
    ['GET', '/nowhere', 404],
  ])('a configured web origin can read why %s %s is %d', async (method, path, status) => {
    const answer = await app.anonymous.send(method, path, undefined, {
      headers: { origin: 'https://app.example.com' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
      status,
      'https://app.example.com',
    ]);
  });

  it('a method that no route has is 405 too', async () => {
    const { status, headers } = await app.anonymous.send('PROPFIND', '/auth/passkeys/options');
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each([
    ['16 KiB', '/auth/login', 16_384],
    ['1 MiB where the texts are that long', '/notes', 1_048_576],
    ['what @BodyLimit() says', '/roomy', 50_000],
  ])('a body of %s is read, one byte more is not, and the limit is told', async (_, path, limit) => {
    const bodyOf = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    const send = (bytes: number) => alice.post<Problem>(path, undefined, { raw: bodyOf(bytes) });
    expect((await send(limit)).status).toBe(400);
    const large = await send(limit + 1);
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
    expect(large.body.detail).toContain(`${limit} bytes`);
  });

  it.each(['/nowhere', '/users/me/nothing'])('an unknown path reads no body, however large: %s', async (path) => {
    for (const bytes of [10, 20_000, 2_000_000]) {
      expect((await alice.post<Problem>(path, undefined, { raw: 'x'.repeat(bytes) })).body.code).toBe('not_found');
    }
  });

  it('a JSON content type without a body is no body', async () => {
    const headers = { 'content-type': 'application/json' };
    const refused = await alice.post<Problem>('/notes', undefined, { headers });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    expect((await alice.post('/auth/logout', undefined, { headers })).status).toBe(204);
  });
});

onEachDatabase((dialect) => {
  it('CORS is off unless it is configured', async () => {
    const app = await TestApp.start(dialect);
    try {
      const { headers } = await app.anonymous.get('/health/live', { headers: { origin: 'https://app.example.com' } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await app.stop();
    }
  });

  it('Swagger UI and the document can be switched off', async () => {
    const app = await TestApp.start(dialect, { SWAGGER_UI: 'off' });
    try {
      expect((await app.anonymous.get('//api/docs')).status).toBe(404);
      expect((await app.anonymous.get('//api/openapi.json')).status).toBe(404);
      expect((await app.anonymous.get('//', { headers: { accept: 'text/html' } })).text).not.toContain('/api/docs');
      const index = await app.anonymous.get('//');
      expect([index.status, index.body]).toEqual([200, { name: 'Latchkey', api: '/api/v1', health: '/health/ready' }]);
    } finally {
      await app.stop();
    }
  });
});

onEachDatabase((dialect) => {
  it('a client behind proxies has its own address, without a port; for garbage, the client is the proxy that forwarded it', async () => {
    const app = await TestApp.start(dialect, { TRUST_PROXY: '127.0.0.1,10.0.0.0/8' });
    try {
      const alice = await app.register('alice');
      const addressOf = async (forwarded: string) => {
        const headers = { 'x-forwarded-for': forwarded };
        const credentials = { username: 'alice', password: PASSWORD };
        expect((await app.anonymous.post('/auth/login', credentials, { headers })).status).toBe(200);
        const { body } = await alice.get<PageBody<{ ipAddress: string }>>('/auth/sessions?limit=1');
        return body.items[0]?.ipAddress;
      };
      expect(await addressOf('203.0.113.7:5678')).toBe('203.0.113.7');
      expect(await addressOf('[2001:DB8::7]:443')).toBe('2001:db8::7');
      expect(await addressOf('203.0.113.8, 10.0.0.1:443, [::ffff:10.0.0.2]:80')).toBe('203.0.113.8');
      expect(await addressOf('203.0.113.9, unknown, 10.0.0.3')).toBe('10.0.0.3');
      expect(await addressOf('<script>')).toBe('127.0.0.1');
      expect(await addressOf('')).toBe('127.0.0.1');
    } finally {
      await app.stop();
    }
  });
});

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  /** Sends raw bytes to the server and reads until it closes the connection. */
  const sendRaw = (bytes: string) =>
    new Promise<string>((done, failed) => {
      const { port, hostname } = new URL(app.origin);
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('end', () => done(answer));
      socket.on('error', failed);
    });

  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'malformed_request'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('what is not readable as HTTP (%s) is answered with problem details too', async (_, bytes, status, code) => {
    const [head = '', body = ''] = (await sendRaw(bytes)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  it('a client that goes away while it sends is no fault of the database', async () => {
    const presenters = app.app.getHttpAdapter().getInstance().problemPresenters ?? [];
    const refused = new Promise<string>((noted) => {
      presenters.push(({ code }) => {
        noted(code);
        return false;
      });
    });
    const { port, hostname } = new URL(app.origin);
    const head =
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';
    const socket = connect(Number(port), hostname, () => socket.write(head, () => socket.destroy()));
    expect(await refused).toBe('malformed_body');
    presenters.pop();
  });

  it('a malformed address is 400 problem details with a request id', async () => {
    const [head = '', body = ''] = (
      await sendRaw('GET /api/v1/notes/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    ).split('\r\n\r\n');
    expect(head).toContain('HTTP/1.1 400 ');
    expect(head.toLowerCase()).toContain('x-request-id: ');
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'validation_failed' });
  });

  it('a body with very many or very deep values is refused cheaply', async () => {
    const many = `{${Array.from({ length: 60_000 }, (_, index) => `"p${index}":1`).join(',')}}`;
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    for (const raw of [many, deep]) {
      const answer = await app.anonymous.post<Problem>('/notes', undefined, { raw });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(answer.text.length).toBeLessThan(2_000);
    }
  });
});
