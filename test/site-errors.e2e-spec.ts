import { Get, HttpCode, Module, Post } from '@nestjs/common';
import { Public } from '../src/platform/access/public.decorator';
import { Feature } from '../src/platform/features/feature.decorator';
import { AppLogger } from '../src/platform/logging/app-logger.service';
import { DomainError, overloaded } from '../src/platform/problems/domain-error';
import { PageController } from '../src/web/pages/page-controller.decorator';
import { View } from '../src/web/rendering/page-answer';
import { Templates } from '../src/web/rendering/templates.service';
import { waitText } from '../src/web/rendering/texts';
import { TestApp } from './support/app';
import type { Problem } from './support/client';
import { onEachDatabase } from './support/databases';
import { type PageAnswer, Visitor } from './support/visitor';

const SECRET = 'internal secret <b>of the server</b>';

/** Pages that go wrong in every way. */
@Public()
@PageController('wrong')
class WrongPageController {
  @Get('handler')
  handler(): View {
    throw new Error(SECRET);
  }

  @Post('handler')
  @HttpCode(200)
  form(): View {
    throw new Error(SECRET);
  }

  @Get('template')
  template(): View {
    return new View('login', {});
  }

  @Get('busy')
  busy(): View {
    throw overloaded(SECRET);
  }

  @Get('clash')
  clash(): View {
    throw new DomainError('conflict', 'Another row has this <i>already</i>.');
  }
}

@Feature({
  name: 'wrong',
  access: {
    'GET page /wrong/handler': 'public',
    'POST page /wrong/handler': 'public',
    'GET page /wrong/template': 'public',
    'GET page /wrong/busy': 'public',
    'GET page /wrong/clash': 'public',
  },
})
@Module({ controllers: [WrongPageController] })
class WrongModule {}

const JSON_HEADERS = { 'content-type': 'application/json' };

onEachDatabase((dialect) => {
  let app: TestApp;
  let alice: Visitor;
  let stranger: Visitor;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { RATE_LIMITS: 'on' }, [], [WrongModule]);
    alice = await new Visitor(app.origin).register('alice');
    stranger = new Visitor(app.origin);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.stop());

  /** Sends a body that no form has. */
  const sendBody = async (
    visitor: Visitor,
    path: string,
    {
      body,
      headers: more = {},
    }: { body: string | Uint8Array<ArrayBuffer> | FormData; headers?: Record<string, string> },
  ): Promise<PageAnswer> => {
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', 'sec-fetch-site': 'same-origin', cookie, ...more };
    const response = await fetch(`${app.origin}${path}`, { method: 'POST', redirect: 'manual', headers, body });
    return { status: response.status, headers: response.headers, html: await response.text(), location: null };
  };

  /** A whole error page, which tells nothing of what is behind it. */
  const expectPage = ({ status, headers, html }: PageAnswer, wanted: number, heading: string) => {
    expect([status, headers.get('content-type')]).toEqual([wanted, 'text/html; charset=utf-8']);
    expect(html).toContain(`<h1>${heading}</h1>`);
    expect(html).toContain(`<title>${heading} · Latchkey</title>`);
    expect(html).toContain(`<small>Request ${headers.get('x-request-id') ?? ''}</small>`);
    expect(html).toContain('<a href="/">Go to the home page</a>');
    expect(html).not.toMatch(/secret|\.ts\b|\.js:|node_modules|liquid/i);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-store']);
  };

  type Refusal = [name: string, status: number, heading: string, ask: (visitor: Visitor) => Promise<PageAnswer>];

  const refusals: Refusal[] = [
    ['an unknown address', 404, 'Page not found', (visitor) => visitor.get('/nowhere?token=a')],
    ['an unknown file', 404, 'Page not found', (visitor) => visitor.get('/assets/1/nothing.css')],
    ['a form to an unknown address', 404, 'Page not found', (visitor) => visitor.post('/nowhere', { a: 'b' })],
    ['an address that cannot be decoded', 400, 'This request cannot be read', (visitor) => visitor.get('/no%zzwhere')],
    ['a form to a page without one', 405, 'This address does not work that way', (visitor) => visitor.post('/')],
    [
      'a method that no page has',
      405,
      'This address does not work that way',
      (visitor) => visitor.send('DELETE', '/login', undefined, {}),
    ],
    [
      'a form that is not UTF-8',
      400,
      'This request cannot be read',
      (visitor) => {
        const body = new Uint8Array([0x61, 0x3d, 0xff]);
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        return sendBody(visitor, '/logout', { body, headers });
      },
    ],
    [
      'a form of too many fields',
      400,
      'This request cannot be read',
      (visitor) => visitor.post('/logout', Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`f${at}`, '']))),
    ],
    [
      'a form that is too large',
      413,
      'Too much text',
      (visitor) => visitor.post('/logout', { next: 'x'.repeat(20_000) }),
    ],
    [
      'JSON',
      415,
      'This form cannot be read',
      (visitor) => sendBody(visitor, '/logout', { body: '{"username":1}', headers: JSON_HEADERS }),
    ],
    [
      'JSON of no bytes',
      415,
      'This form cannot be read',
      (visitor) => sendBody(visitor, '/logout', { body: '', headers: JSON_HEADERS }),
    ],
    [
      'a form with files',
      415,
      'This form cannot be read',
      (visitor) => sendBody(visitor, '/logout', { body: new FormData() }),
    ],
    [
      'a form of another site',
      403,
      'Access denied',
      (visitor) => visitor.post('/logout', {}, { 'sec-fetch-site': 'cross-site' }),
    ],
    ['what the page itself refuses', 409, 'Conflict', (visitor) => visitor.get('/wrong/clash')],
    ['an error in the page', 500, 'Something went wrong', (visitor) => visitor.get('/wrong/handler')],
    ['an error in a form', 500, 'Something went wrong', (visitor) => visitor.post('/wrong/handler')],
    ['an error in the template', 500, 'Something went wrong', (visitor) => visitor.get('/wrong/template')],
    [
      'a page while the server is busy',
      503,
      'The site is not available right now',
      (visitor) => visitor.get('/wrong/busy'),
    ],
  ];

  it.each(refusals)('%s is a %i page, with the menu of its visitor', async (_name, status, heading, ask) => {
    const mine = await ask(alice);
    expectPage(mine, status, heading);
    expect(mine.html).toContain('Log out');
    expect(mine.html).not.toContain('href="/login"');
    const theirs = await ask(stranger);
    expectPage(theirs, status, heading);
    expect(theirs.html).not.toContain('Log out');
    expect(theirs.html).toContain('href="/login"');
    // What was refused changed nothing.
    expect((await alice.get('/')).html).toContain('Hello, alice');
  });

  it('says what the page itself refuses, escaped, and where the form is that was refused', async () => {
    expect((await stranger.get('/wrong/clash')).html).toContain('Another row has this &lt;i&gt;already&lt;/i&gt;.');
    const referer = `${app.origin}/register?next=%2Fnotes`;
    expect((await stranger.post('/wrong/handler', {}, { referer })).html).toContain(
      '<a class="button" href="/register?next=%2Fnotes">Back to the form</a>',
    );
    for (const elsewhere of ['https://evil.example/login', 'javascript:alert(1)', `${app.origin}//evil.example`]) {
      const { html } = await stranger.post('/wrong/handler', {}, { referer: elsewhere });
      expect(html).not.toContain('Back to the form');
    }
    expect((await stranger.get('/wrong/handler?a=%22%3E')).html).toContain('href="/wrong/handler?a=%22%3E">Try again');
  });

  it('the methods that an address has are told', async () => {
    expect((await stranger.post('/')).headers.get('allow')).toBe('GET, HEAD');
    expect((await stranger.send('PUT', '/login', undefined, {})).headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('an address of a page refuses methods by a page, of the API by problem details, whatever the request accepts', async () => {
    for (const accept of ['*/*', 'text/html']) {
      const page = await stranger.send('PUT', '/login', undefined, { accept });
      expect([accept, page.status, page.headers.get('content-type')]).toEqual([
        accept,
        405,
        'text/html; charset=utf-8',
      ]);
      const api = await stranger.send('PUT', '/%61pi/v1/notes', undefined, { accept });
      expect([api.status, api.headers.get('content-type')]).toEqual([405, 'application/problem+json; charset=utf-8']);
    }
  });

  it('the API answers with problem details, whoever asks and however the address is written', async () => {
    for (const path of ['/api/v1/notes', '/%61pi/v1/notes', '/api/v1/nowhere', '/api', '/health/nowhere', '/api?a']) {
      const { status, headers, html } = await alice.get(path);
      expect([path, headers.get('content-type')]).toEqual([path, 'application/problem+json; charset=utf-8']);
      expect(JSON.parse(html)).toMatchObject({ status, requestId: headers.get('x-request-id') });
    }
    for (const path of ['/api/v1/auth/login', '/%61pi/v1/auth/login']) {
      const { status, html } = await alice.post(path, { username: 'alice', password: 'wrong' });
      expect([status, (JSON.parse(html) as Problem).code]).toEqual([415, 'unsupported_media_type']);
    }
  });

  it('a program gets problem details at an unknown address, and pages where pages are', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/html']) {
      const unknown = await stranger.get('/nowhere', { accept });
      expect([unknown.status, unknown.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ]);
      expectPage(await stranger.get('/wrong/handler', { accept }), 500, 'Something went wrong');
    }
  });

  it('the id of a request is the same in the page, the header and the log, where its error stands once', async () => {
    const logged = jest.spyOn(app.app.get(AppLogger).pino, 'error');
    for (const path of ['/wrong/handler', '/wrong/template']) {
      logged.mockClear();
      const answer = await stranger.get(path, { 'x-request-id': 'browser-7.of_9' });
      expectPage(answer, 500, 'Something went wrong');
      expect(answer.headers.get('x-request-id')).toBe('browser-7.of_9');
      expect(logged.mock.calls.map(([line]) => line)).toMatchObject([{ requestId: 'browser-7.of_9' }]);
    }
    logged.mockClear();
    await stranger.get('/nowhere');
    expect(logged).not.toHaveBeenCalled();
  });

  it('where even the error page cannot be rendered, a line of text says what happened, and the log why', async () => {
    const logged = jest.spyOn(app.app.get(AppLogger).pino, 'error');
    jest.spyOn(app.app.get(Templates), 'render').mockImplementation(() => {
      throw new Error(SECRET);
    });
    const answers = [await alice.get('/nowhere'), await stranger.get('/')];
    expect(answers.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
      [404, 'text/plain; charset=utf-8'],
      [500, 'text/plain; charset=utf-8'],
    ]);
    expect(answers[0]?.html).toBe(`Not found. Request ${answers[0]?.headers.get('x-request-id') ?? ''}\n`);
    expect(answers[1]?.html).toMatch(/^Internal error\. Request \S+\n$/);
    expect(logged).toHaveBeenCalledTimes(3);
  });

  it('a busy server says when to come back', async () => {
    const { headers, html } = await stranger.get('/wrong/busy');
    expect(headers.get('retry-after')).toBe('5');
    expect(html).toContain('You can try again in a few seconds');
    expect(html).toContain('<a class="button" href="/wrong/busy">Try again</a>');
  });

  it('a throttled login says when to come back, in words and as a time', async () => {
    const visitor = new Visitor(app.origin);
    const logIn = () =>
      visitor.post('/login', { username: 'alice', password: 'wrong' }, { referer: `${app.origin}/login` });
    let answer = await logIn();
    for (let attempt = 0; answer.status !== 429 && attempt < 30; attempt += 1) answer = await logIn();
    expectPage(answer, 429, 'Too many attempts');
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    const until = new Date(app.clock.now() + seconds * 1000).toISOString();
    expect(answer.html).toContain(`You can try again ${waitText(seconds)}, at <time datetime="${until}">`);
    expect(answer.html).toContain('<a class="button" href="/login">Back to the form</a>');
  });
});

describe('a wait in words', () => {
  it.each([
    [1, 'in a few seconds'],
    [11, 'in about 20 seconds'],
    [60, 'in about 1 minute'],
    [61, 'in about 2 minutes'],
    [895, 'in about 15 minutes'],
    [5_400, 'in about 2 hours'],
    [86_400, 'in about 24 hours'],
    [172_000, 'in about 2 days'],
  ])('%i seconds', (seconds, text) => {
    expect(waitText(seconds)).toBe(text);
  });
});
