import { createServer, type Server } from 'node:net';
import { boundedFetch, type FetchRules } from './bounded-fetch';
import { ProviderFault } from './provider-errors';
import { ProviderLimits } from './provider-limits.service';

describe('what is asked of providers', () => {
  let server: Server;
  let port: number;
  let connections = 0;

  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const ask = (url: string, rules: Partial<FetchRules> = {}) =>
    boundedFetch({ limits: new ProviderLimits(), ownHost: 'login.example.com', allowsPlainLoopback: true, ...rules })(
      url,
      { method: 'GET', headers: {}, body: null, redirect: 'manual' },
    );

  it.each(['localhost', '127.0.0.1', '0.0.0.0', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
    'X8 is not asked at %s, which is no public address, and nobody connects there',
    async (host) => {
      await expect(ask(`https://${host}:${port}/`)).rejects.toThrow(ProviderFault);
      expect(connections).toBe(0);
    },
  );

  it.each(['http://login.example.com/', 'http://8.8.8.8/', 'file:///etc/passwd', 'data:,x'])(
    'X8 is not asked without TLS, as at %s',
    async (url) => {
      await expect(ask(url)).rejects.toThrow(/is not allowed/);
    },
  );

  it('may be asked at any address of the host that the operator has named, without TLS only outside production', async () => {
    await expect(
      ask(`http://localhost:${port}/`, { ownHost: 'localhost', allowsPlainLoopback: false }),
    ).rejects.toThrow(/is not allowed/);
    expect(connections).toBe(0);
    await expect(ask(`http://localhost:${port}/`, { ownHost: 'localhost' })).rejects.toThrow(/failed/);
    expect(connections).toBe(1);
  });
});
