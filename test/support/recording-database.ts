import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createDatabase, type TestDatabase } from './databases';

/** What a client of PostgreSQL runs, read from the bytes that it sends on one connection (protocol 3.0). */
class Statements {
  private pending = Buffer.alloc(0);
  private hasStarted = false;
  private readonly prepared = new Map<string, string>();

  constructor(private readonly ran: (statement: string) => void) {}

  read(chunk: Buffer): void {
    this.pending = Buffer.concat([this.pending, chunk]);
    for (;;) {
      // Only the startup message has no letter in front.
      const head = this.hasStarted ? 1 : 0;
      if (this.pending.length < head + 4) return;
      const end = head + this.pending.readInt32BE(head);
      if (this.pending.length < end) return;
      const [letter, body] = [this.pending.toString('latin1', 0, head), this.pending.subarray(head + 4, end)];
      this.pending = this.pending.subarray(end);
      this.hasStarted = true;
      this.message(letter, body.toString('utf8').split('\0'));
    }
  }

  private message(letter: string, [first = '', second = '']: string[]): void {
    if (letter === 'Q') this.ran(first);
    if (letter === 'P') this.prepared.set(first, second);
    if (letter === 'B') this.ran(this.prepared.get(second) ?? second);
  }
}

/** A PostgreSQL database that records the statements that it is sent. */
export class RecordingDatabase {
  private statements: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly database: TestDatabase,
  ) {}

  static async start(): Promise<RecordingDatabase> {
    const database = await createDatabase('postgres');
    const own = new URL(database.env['DATABASE_URL'] ?? '');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const recorded = new URL(own);
    recorded.searchParams.delete('host');
    recorded.port = String((server.address() as AddressInfo).port);
    const env = { ...database.env, DATABASE_URL: recorded.href };
    const recording = new RecordingDatabase(server, { ...database, env });
    server.on('connection', (client) => recording.join(client, connect(Number(own.port), own.hostname)));
    return recording;
  }

  /** The statements since the last call, sorted: one round trip each. */
  takeStatements(): string[] {
    return this.statements.splice(0).sort();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private join(client: Socket, server: Socket): void {
    const statements = new Statements((statement) => this.statements.push(statement));
    client.setNoDelay().on('data', (chunk: Buffer) => {
      statements.read(chunk);
      server.write(chunk);
    });
    server.setNoDelay().on('data', (chunk: Buffer) => client.write(chunk));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      // A side that goes away takes the other along, as without the recorder.
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  }
}
