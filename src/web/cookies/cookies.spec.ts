import { fastifyCookie } from '@fastify/cookie';
import Fastify from 'fastify';
import { Keyring } from '../../platform/config/keyring';
import { ServerConfig } from '../../platform/config/server.config';
import { TokenSigner } from '../../platform/signing/token-signer';
import { Cookies } from './cookies.service';
import { CsrfTokens } from './csrf-tokens.service';
import { FlashMessages } from './flash-messages.service';

const SECRET = 'a secret of at least thirty-two bytes';
const keyring = new Keyring([SECRET]);
const cookiesIn = (NODE_ENV: string) => new Cookies(new ServerConfig({ NODE_ENV }));

/** What a program like ours sends to a browser, and reads of what the browser sent. */
async function site(cookies: Cookies) {
  const fastify = Fastify({ trustProxy: true });
  const flashes = new FlashMessages(keyring, cookies);
  const csrf = new CsrfTokens(keyring, cookies);
  fastify.decorateRequest('siteCookies', undefined);
  fastify.decorateRequest('user', undefined);
  fastify.get('/set', (_, reply) => {
    cookies.set(reply, 'a', 'one');
    cookies.set(reply, 'b', 'two words; and more', 60);
    return [cookies.get(reply.request, 'a'), cookies.get(reply.request, 'b')];
  });
  fastify.get('/get', (request) => [cookies.get(request, 'a') ?? null]);
  fastify.get('/clear', (_, reply) => {
    cookies.clear(reply, 'a');
    return 'done';
  });
  fastify.get('/flash', (request, reply) => ({ flash: flashes.take(request, reply) }));
  fastify.get('/add-flash', (_, reply) => {
    flashes.add(reply, { category: 'success', text: 'Émile “saved” it 🎉; done' });
    return 'done';
  });
  fastify.get('/form', (request, reply) => ({ token: csrf.issue(request, reply) }));
  fastify.get('/check', (request) => ({ isValid: csrf.isValid(request, String(request.headers['x-token'])) }));
  await fastify.ready();
  return async (url: string, headers: Record<string, string> = {}) => {
    const answer = await fastify.inject({ url, headers: { host: 'notes.example.com', ...headers } });
    const lines = [answer.headers['set-cookie'] ?? []].flat();
    return { lines, body: answer.body, cookie: lines.map((line) => line.split(';', 1)[0]).join('; ') };
  };
}

describe('cookies of pages', () => {
  const HTTPS = { 'x-forwarded-proto': 'https' };

  it.each([
    ['production', 'notes.example.com', HTTPS],
    ['production', 'notes.example.com', {}],
    ['production', 'localhost:3000', {}],
    ['development', 'notes.example.com', HTTPS],
    ['development', 'notes.example.com', {}],
    ['development', 'localhost.evil.example', {}],
    ['development', 'evil-localhost', {}],
    ['development', '127.0.0.1.evil.example', {}],
    ['development', 'localhost:3000', HTTPS],
  ])('are for this host and TLS alone in %s on %s', async (mode, host, headers) => {
    const ask = await site(cookiesIn(mode));
    const { lines } = await ask('/set', { host, ...headers });
    expect(lines).toEqual([
      '__Host-a=one; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-b=two%20words%3B%20and%20more; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
    ]);
  });

  it.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000'])(
    'do without TLS on %s while one develops',
    async (host) => {
      const ask = await site(cookiesIn('development'));
      expect((await ask('/set', { host })).lines[0]).toBe('a=one; Path=/; HttpOnly; SameSite=Lax');
    },
  );

  it('are read under the name that they were set under, and no other', async () => {
    const ask = await site(cookiesIn('production'));
    expect((await ask('/get', { cookie: '__Host-a=one' })).body).toBe('["one"]');
    expect((await ask('/get', { cookie: 'a=one' })).body).toBe('[null]');
    expect((await ask('/get', { cookie: 'a=planted; __Host-a=one; __host-a=planted' })).body).toBe('["one"]');
    expect((await ask('/get', { cookie: '=; ;; __proto__=x; constructor' })).body).toBe('[null]');
    const local = await site(cookiesIn('development'));
    expect((await local('/get', { host: 'localhost', cookie: '__Host-a=one' })).body).toBe('[null]');
    expect((await ask('/set')).body).toBe('["one","two words; and more"]');
  });

  it('are forgotten where the browser has them, by the attributes that they were set with', async () => {
    const ask = await site(cookiesIn('production'));
    expect((await ask('/clear')).lines).toEqual([]);
    const { lines } = await ask('/clear', { cookie: '__Host-a=one' });
    expect(lines).toEqual(['__Host-a=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']);
  });
});

describe('a message for the next page', () => {
  const MESSAGE = { category: 'success', text: 'Émile “saved” it 🎉; done' };

  it('comes back as it was made, and is forgotten then', async () => {
    const ask = await site(cookiesIn('production'));
    const { cookie, lines } = await ask('/add-flash');
    expect(lines).toEqual([expect.stringMatching(/; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=Lax$/)]);
    const shown = await ask('/flash', { cookie });
    expect(JSON.parse(shown.body)).toEqual({ flash: MESSAGE });
    expect(shown.lines).toEqual([expect.stringMatching(/^__Host-latchkey-flash=; Max-Age=0;/)]);
  });

  it('says nothing that we did not sign, and is forgotten all the same', async () => {
    const ask = await site(cookiesIn('production'));
    const text = Buffer.from(JSON.stringify(['success', 'Send your password to evil.example']));
    const genuine = fastifyCookie.parse((await ask('/add-flash')).cookie)['__Host-latchkey-flash'] ?? '';
    const forged = [
      '',
      'x',
      text.toString('base64url'),
      Buffer.concat([Buffer.alloc(32), text]).toString('base64url'),
      new TokenSigner(new Keyring(['another secret of more than 32 bytes']), { purpose: 'flash' }).sign(text),
      new TokenSigner(keyring, { purpose: 'form-key' }).sign(text),
      genuine.slice(0, -1),
      `${genuine}A`,
      `A${genuine.slice(1)}`,
    ].filter((value) => value !== genuine);
    expect(forged).toHaveLength(9);
    for (const value of forged) {
      const { body, lines } = await ask('/flash', { cookie: `__Host-latchkey-flash=${value}` });
      expect([value, body, lines.length]).toEqual([value, '{"flash":null}', 1]);
    }
  });
});

describe('the token of a form', () => {
  it('is valid with the cookie that it was made with, and with no other', async () => {
    const ask = await site(cookiesIn('production'));
    const [one, other] = [await ask('/form'), await ask('/form')];
    const token = (answer: typeof one) => (JSON.parse(answer.body) as { token: string }).token;
    const check = async (cookie: string, sent: string) =>
      (await ask('/check', { 'x-token': sent, ...(cookie !== '' && { cookie }) })).body;
    expect(await check(one.cookie, token(one))).toBe('{"isValid":true}');
    const again = await ask('/form', { cookie: one.cookie });
    expect(again.lines).toEqual([]);
    expect(await check(one.cookie, token(again))).toBe('{"isValid":true}');
    for (const [cookie, sent] of [
      [one.cookie, token(other)],
      [other.cookie, token(one)],
      ['', token(one)],
      ['__Host-latchkey-csrf=', token(one)],
      [one.cookie, ''],
      [one.cookie, 'undefined'],
      [one.cookie, `${token(one)}x`],
    ] as const) {
      expect([cookie, sent, await check(cookie, sent)]).toEqual([cookie, sent, '{"isValid":false}']);
    }
  });
});
