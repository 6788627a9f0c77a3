import { Agent, request } from 'node:http';

/** A response, read whole. */
export interface Exchange {
  status: number;
  headers: Headers;
  text: string;
}

const agent = new Agent({ keepAlive: true });

/** What fetch() says of itself. */
const OF_FETCH = { accept: '*/*', 'accept-language': '*', 'sec-fetch-mode': 'cors', 'user-agent': 'node' };

/** Sends a request as fetch() would, in a third of its time: tests send tens of thousands. Follows no redirection. */
export function exchange(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string | Uint8Array,
): Promise<Exchange> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const options = { method, agent, headers: { ...OF_FETCH, ...length, ...Object.fromEntries(own) } };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = new Headers();
        const { rawHeaders } = response;
        for (let at = 0; at < rawHeaders.length; at += 2)
          received.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: received, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
