import { request as requestPlainly, type IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { ProviderFault } from './provider-errors';
import type { ProviderLimits } from './provider-limits.service';
import { isLoopback, publicLookup, refuseSpecialHost } from './special-addresses';

/** The hosts that a fetch may connect to. */
export interface FetchRules {
  readonly limits: ProviderLimits;
  /** The host that the operator has named, which may have any address. */
  readonly ownHost: string;
  /** Whether that host may do without TLS when it is this machine. */
  readonly allowsPlainLoopback: boolean;
}

/**
 * Fetches from a provider: over TLS, without following redirects, within a time and a number of bytes, and only from
 * public addresses, apart from the host that the operator has named. The address is checked when it is connected to, so
 * that a name cannot change in between (ASVS 1.3.6).
 */
export const boundedFetch =
  (rules: FetchRules): CustomFetch =>
  async (url, options) => {
    const target = new URL(url);
    assertAllowed(target, rules);
    try {
      return await send(target, options, rules);
    } catch (error) {
      throw error instanceof ProviderFault ? error : new ProviderFault(`${target.host} failed`, { cause: error });
    }
  };

/** @throws ProviderFault for a URL that the rules do not allow */
export function assertAllowed({ protocol, hostname }: URL, { ownHost, allowsPlainLoopback }: FetchRules): void {
  const isOwn = hostname === ownHost;
  const isPlain = protocol === 'http:' && isOwn && allowsPlainLoopback && isLoopback(hostname);
  if (protocol !== 'https:' && !isPlain) throw new ProviderFault(`${protocol} is not allowed for ${hostname}`);
  if (!isOwn) refuseSpecialHost(hostname);
}

function send(target: URL, options: CustomFetchOptions, rules: FetchRules): Promise<Response> {
  const { limits, ownHost } = rules;
  const { method, headers, signal } = options;
  const body = options.body instanceof URLSearchParams ? options.body.toString() : options.body;
  if (body !== null && body !== undefined && typeof body !== 'string') {
    throw new ProviderFault('Only forms are sent to providers');
  }
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const request = target.protocol === 'https:' ? requestSecurely : requestPlainly;
  return new Promise((resolve, reject) => {
    const sent = request(target, {
      method,
      headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) },
      agent: false,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(target.hostname !== ownHost && { lookup: publicLookup }),
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      read(answer, limits.maxBytes).then(resolve, (error: unknown) => {
        sent.destroy();
        reject(error instanceof Error ? error : new ProviderFault('The answer could not be read'));
      });
    });
    sent.end(body ?? undefined);
  });
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new ProviderFault(`An answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers.set(name, String(value));
  return new Response(size === 0 ? null : Buffer.concat(chunks), { status: answer.statusCode ?? 502, headers });
}
