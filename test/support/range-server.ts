import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question that the server got. */
export interface RangeQuestion {
  url: string;
  padding: string | undefined;
}

/** SHA-1 as the range API has it. */
export const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();

/** What the range API answers for the first password when it knows all of them. @param counts of each, else 3 */
export const rowsFor = (passwords: readonly string[], count = 3) =>
  passwords.map((password) => `${sha1(password).slice(5)}:${count}`);

/** A row that no password has. @param count 0 as in padding */
export const otherRow = (index: number, count: number) => `${sha1(`other ${index}`).slice(5)}:${count}`;

/** A range API on a free port of 127.0.0.1, whose answers a test chooses. */
export class RangeServer {
  readonly questions: RangeQuestion[] = [];
  /** How every question is answered from now on. */
  answers: RequestListener = (_, response) => send(response, []);

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const padding = request.headers['add-padding'];
      this.questions.push({ url: request.url ?? '', padding: typeof padding === 'string' ? padding : undefined });
      this.answers(request, response);
    });
  }

  static async start(): Promise<RangeServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RangeServer(server);
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Answers these rows, between others. */
  knows(rows: readonly string[]): void {
    this.answers = (_, response) => send(response, [otherRow(1, 5), ...rows, otherRow(2, 0)]);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Sends rows as the service does. */
export function send(response: ServerResponse, rows: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(rows.join('\r\n'));
}

/** Wrong answers, by what is wrong with them, and what the audit trail calls it. @param password that is asked for */
export const wrongAnswers = (password: string): [string, string, RequestListener][] => {
  const [known = ''] = rowsFor([password]);
  const text =
    (body: string): RequestListener =>
    (_, response) =>
      void response.writeHead(200).end(body);
  return [
    ['hangs up', 'unavailable', (request) => request.socket.destroy()],
    [
      'breaks off',
      'unavailable',
      (request, response) => {
        response.writeHead(200, { 'content-length': '5000' }).write(`${known}\r\n`);
        setImmediate(() => request.socket.destroy());
      },
    ],
    ['is down', 'invalid-data', (_, response) => void response.writeHead(503).end(known)],
    ['limits', 'invalid-data', (_, response) => void response.writeHead(429, { 'retry-after': '2' }).end()],
    [
      'redirects to itself',
      'invalid-data',
      (request, response) => {
        if (request.url?.startsWith('/range/') === true) response.writeHead(302, { location: '/elsewhere' }).end();
        else send(response, [known]);
      },
    ],
    ['answers a page', 'invalid-data', text('<!doctype html><title>Welcome to this hotel</title>')],
    ['answers nothing', 'invalid-data', text('')],
    ['answers rows without counts', 'invalid-data', text(known.slice(0, 35))],
    ['answers whole hashes', 'invalid-data', text(`${sha1(password)}:3`)],
    ['answers a negative count', 'invalid-data', text(known.replace(/\d+$/, '-1'))],
    ['hides a row among others', 'invalid-data', text(`${known}\r\n__proto__:1\r\n`)],
    ['answers 10 MB of rows', 'invalid-data', text(`${known}\r\n`.repeat(262_144))],
  ];
};

/** Answers never, or a byte at a time. */
export const slowAnswers: [string, RequestListener][] = [
  ['never', () => undefined],
  [
    'a byte at a time',
    (_, response) => {
      response.writeHead(200);
      const dripping = setInterval(() => response.write('A'), 20);
      response.on('close', () => clearInterval(dripping));
    },
  ],
];
