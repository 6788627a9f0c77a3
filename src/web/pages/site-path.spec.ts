import fc from 'fast-check';
import { sitePath } from './site-path';

const BASES = [
  'http://localhost:3000',
  'http://127.0.0.1:8080/login?next=/x',
  'http://[::1]:3000/',
  'https://notes.example.com/login',
  'https://notes.example.com:8443/account/password',
  'https://xn--bcher-kva.example/',
];

/** What leaves the site in one browser or behind one proxy or another, or is no path at all. */
const HOSTILE: readonly string[] = [
  ...['', ' ', 'evil', 'evil.example', '.', '..', '?next=/', '#', '*', '%2F', '%2Fevil'],
  ...['//evil', '///evil', '////evil', '//', '//@evil', '//evil@notes.example.com', '//evil:443/x', '//user:pw@evil/'],
  ...['/\\evil', '\\/evil', '\\\\evil', '/\\/evil', '/notes\\..\\evil', '/x\\y'],
  ...['https:', 'https:evil', 'https:/evil', 'https://evil', 'http:evil', 'HTTPS://evil', 'hTtP:\\\\evil'],
  ...['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', ' javascript:alert(1)'],
  ...['data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'mailto:a@evil.example', 'blob:https://evil/x'],
  ...['ftp://evil', 'about:blank', 'x:y', '://evil', ':evil', '@evil', ';@evil'],
  ...['/%2Fevil', '/%2F/evil', '/%2f%2fevil', '/%5cevil', '/%5Cevil', '/%5c%5cevil', '/%09/evil', '/%0d%0a/evil'],
  ...['/%00', '/%00/evil', '/%20/evil', '/%e2%80%a8/evil', '/%c2%a0/evil', '/%7f/', '/x%0d%0aSet-Cookie:a=b'],
  ...['/%252Fevil', '/%255cevil', '/%25255cevil', '/%2525252Fevil', '/%25250d%25250a', '/.%252F/evil'],
  ...['/\t/evil', '/\n/evil', '/\r\n/evil', '\t//evil', '\n//evil', ' //evil', '//evil ', '/\t\\evil', '/no\ttes'],
  ...['/\0', '\0/notes', '/\x01/evil', '/\x1f/evil', '/\x7f/evil', '/\u0085/evil', '/notes\n', '/notes?a=\r\nb'],
  ...['/\u00a0/evil', '/\u1680/evil', '/\u2003/evil', '/\u2028/evil', '/\u2029/evil', '/\u3000/evil', '/ /evil'],
  ...['\ufeff//evil', '/\u200b/evil', '/\u202e/evil', '/\u2066/evil', '/\u00ad/evil', '/\ue000/evil'],
  ...['\uff0f\uff0fevil', '/\uff0fevil', '\uff0fevil', '/\uff3cevil', '/%ef%bc%8fevil', '/\u2025/\uff0fevil'],
  ...['/../\uff0fevil', '/x/../\uff0f\u2025', '/%2e%2e/%ef%bc%8fevil', '/./%2Fevil', '/x/%2E%2E/%255cevil'],
  ...['/..//evil', '/.//evil', '/./../..//evil', '/x/..//evil', '/x/y/../..//evil', '/%2e%2e//evil', '/%2E//evil'],
  ...['/.%2e//evil', '/x/%2e%2e//evil', '/.%2F/evil', '/..%2F/evil', '/x/..%2F%2Fevil', '/%2e%2f%2fevil', '/..%5cevil'],
  ...['/\ud800', '/\udc00/evil', '/notes?q=\ud83d', '/%', '/%zz', '/%c3', '/%ff', '/%ed%a0%80', '/100%'],
  ...[
    `/x%${'25'.repeat(20)}2Fevil`,
    `/${'x'.repeat(2000)}`,
    `/${'é'.repeat(400)}`,
    `/${'%25'.repeat(600)}`,
    `//${'x'.repeat(5000)}`,
  ],
];

/** Where a visitor may be sent, and as what. */
const GOOD: Readonly<Record<string, string>> = {
  '/': '/',
  '/notes': '/notes',
  '/notes/': '/notes/',
  '/notes?cursor=abc&limit=20': '/notes?cursor=abc&limit=20',
  '/notes#pinned': '/notes#pinned',
  '/notes/019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11/edit': '/notes/019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11/edit',
  '/notes?q=a%20b%0A%2F%2Fevil': '/notes?q=a%20b%0A%2F%2Fevil',
  '/login?next=%2Fnotes': '/login?next=%2Fnotes',
  '/notes?back=//evil': '/notes?back=//evil',
  '/notes?q=100%': '/notes?q=100%',
  '/#//evil': '/#//evil',
  '/?': '/',
  '/caf%C3%A9': '/caf%C3%A9',
  '/café': '/caf%C3%A9',
  '/notes?q=café#été': '/notes?q=caf%C3%A9#%C3%A9t%C3%A9',
  '/日本': '/%E6%97%A5%E6%9C%AC',
  '/x/../notes': '/notes',
  '/./notes': '/notes',
  '/../../notes': '/notes',
  '/;@evil': '/;@evil',
  '/@evil': '/@evil',
  '/:80/x': '/:80/x',
  '/https://evil': '/https://evil',
  '/notes//twice': '/notes//twice',
  '/a%2Fb': '/a%2Fb',
  '/a%252Fb': '/a%252Fb',
};

/** Text that is likely to be read in two ways. */
const pieces = fc.constantFrom(
  ...['/', '\\', '.', '..', '%2e', '%2f', '%5c', '%25', '%252f', '?', '#', '@', ':', ';', 'evil', 'https:', '//'],
  ...['\t', '\n', '\r', ' ', '%09', '%0a', '%00', '\u00a0', '\uff0f', '\uff3c', '\u2025', '\ud800', 'é', 'x', '&', '='],
);
const text = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join('')}`),
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }).map((tail) => `/${tail}`),
  fc.webPath().map((path) => `/${path}`),
);

describe('where a visitor may be sent next', () => {
  it.each(HOSTILE.map((next) => [JSON.stringify(next).slice(0, 60), next]))('not to %s', (_, next) =>
    expect(sitePath(next)).toBeNull(),
  );

  it.each(Object.entries(GOOD))('to %s', (next, path) => expect(sitePath(next)).toBe(path));

  it('never to another origin, whatever the site’s own is', () => {
    const seen = { paths: 0 };
    fc.assert(
      fc.property(text, fc.constantFrom(...BASES), (next, base) => {
        const path = sitePath(next);
        if (path === null) return;
        seen.paths += 1;
        expect(new URL(path, base).origin).toBe(new URL(base).origin);
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
        expect(new URL(path, base).pathname).toMatch(/^\/(?!\/)/);
      }),
      { numRuns: 2000 },
    );
    expect(seen.paths).toBeGreaterThan(100);
  });

  it('nor behind proxies that decode the path, once or more often', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...BASES), (next, base) => {
        let path = sitePath(next)?.split(/[?#]/, 1)[0] ?? null;
        for (let times = 0; path !== null && times < 5; times += 1) {
          expect(new URL(path, base).origin).toBe(new URL(base).origin);
          expect(path).not.toMatch(/[\r\n\t\0\\]/);
          path = decodeURIComponent(path);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('to the same place when it is asked for again', () => {
    fc.assert(
      fc.property(text, (next) => {
        const path = sitePath(next);
        if (path !== null) expect(sitePath(path)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });
});
