import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { type ReceivedMail, readMail } from './mailbox';

/** How the server treats connections. */
export type SmtpMood = 'accept' | 'refuse' | 'reject' | 'hang' | 'drop' | 'slow';

/** A real SMTP server on 127.0.0.1 that can be told to misbehave, to stop, and to come back at the same port. */
export class TestSmtpServer {
  mood: SmtpMood = 'accept';
  /** Every message that was taken, in order. */
  readonly received: ReceivedMail[] = [];
  /** Whom each of them was for, as the envelope said. */
  readonly recipients: string[] = [];
  /** How many connections there were. */
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly waiting: (() => void)[] = [];
  private readonly held: (() => void)[] = [];
  private server: SMTPServer | undefined;
  private port = 0;

  static async start(): Promise<TestSmtpServer> {
    const server = new TestSmtpServer();
    await server.listen();
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Listens, at the same port as before if there was one. */
  async listen(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onConnect: (_session, done) => this.greet(done),
      onData: (stream, { envelope }, done) => {
        this.take(stream, done);
        this.recipients.push(...envelope.rcptTo.map(({ address }) => address));
      },
    });
    this.server = server;
    // A client that goes away in the middle is what some tests are about.
    server.on('error', () => undefined);
    server.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', listening));
    this.port = (server.server.address() as AddressInfo).port;
  }

  /** Begins again, for the next test of the same application. */
  forget(): void {
    this.mood = 'accept';
    this.received.length = 0;
    this.recipients.length = 0;
    this.connections = 0;
  }

  /** Answers all connections that wait for a slow answer. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** Cuts all connections, as a crash does. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((closed) => this.server?.close(closed) ?? closed());
  }

  /** Resolves once there were this many connections in total. */
  async connected(times: number): Promise<void> {
    while (this.connections < times) await new Promise<void>((changed) => this.waiting.push(changed));
  }

  /** Resolves once this many messages were taken in total. */
  async hasReceived(count: number): Promise<void> {
    while (this.received.length < count) await new Promise<void>((changed) => this.waiting.push(changed));
  }

  private changed(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private greet(done: (error?: Error) => void): void {
    this.connections += 1;
    this.changed();
    if (this.mood === 'refuse') done(Object.assign(new Error('Not now'), { responseCode: 421 }));
    else if (this.mood !== 'hang') done();
  }

  private take(stream: NodeJS.ReadableStream, done: (error?: Error) => void): void {
    if (this.mood === 'drop') {
      this.cut();
      return;
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (this.mood === 'reject') {
        done(Object.assign(new Error('Mailbox full'), { responseCode: 452 }));
        return;
      }
      void readMail(Buffer.concat(chunks)).then((mail) => {
        this.received.push(mail);
        if (this.mood === 'slow') this.held.push(done);
        else done();
        this.changed();
      });
    });
  }
}
