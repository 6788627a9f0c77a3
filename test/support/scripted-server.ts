import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request; what it writes is all that is sent. */
export type Script = (request: IncomingMessage, response: ServerResponse) => void;

/** A server whose answers a test writes, by path. */
export class ScriptedServer {
  readonly scripts = new Map<string, Script>();
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  /** How many connections it has had. */
  connections = 0;
  private readonly server: Server;

  private constructor() {
    const server = createServer((request, response) => {
      const path = request.url?.split('?', 1)[0] ?? '';
      this.asked.push(path);
      const script = this.scripts.get(path) ?? this.scripts.get('*');
      if (script) script(request, response);
      else response.writeHead(404).end();
    });
    server.on('connection', () => (this.connections += 1));
    this.server = server;
  }

  static async start(): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    await new Promise<void>((resolve) => scripted.server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  /** @param host a name of this machine */
  origin(host = 'localhost'): string {
    return `http://${host}:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.scripts.clear();
    this.asked.length = 0;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Script =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
