import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** A connection that asks and reads nothing of the answers. */
export class HostileReader {
  /** Resolves when the connection is gone, whichever side ended it. */
  readonly closed: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    // A reset is how most of them end.
    socket.on('error', () => undefined);
    this.closed = new Promise((closed) => socket.once('close', closed));
  }

  /** Connects and sends requests, one behind the other, without waiting for an answer. */
  static async ask(url: string, path: string, accessToken: string, requests = 1): Promise<HostileReader> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    const reader = new HostileReader(socket);
    const head = `GET /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${accessToken}\r\n\r\n`;
    socket.write(head.repeat(requests));
    return reader;
  }

  /** Several of them at once. */
  static many(count: number, url: string, path: string, accessToken: string): Promise<HostileReader[]> {
    return Promise.all(Array.from({ length: count }, () => HostileReader.ask(url, path, accessToken)));
  }

  /** Reads a bit of what has come, and no more. @returns how many bytes */
  sip(bytes: number): number {
    const data = this.socket.read(bytes) as Buffer | null;
    return data?.length ?? 0;
  }

  /** Reads after all, until it has what it waits for. @returns all of it */
  readUntil(hasAll: (text: string) => boolean): Promise<string> {
    let text = '';
    return new Promise((read, failed) => {
      this.socket.on('data', (data) => {
        text += data.toString();
        if (hasAll(text)) read(text);
      });
      this.socket.once('close', () => failed(new Error(`Closed after ${text.length} characters`)));
      this.socket.resume();
    });
  }

  hangUp(): Promise<unknown> {
    this.socket.destroy();
    return this.closed;
  }
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error('This system does not tell the resident memory of a process');
  return Number(kib) / 1024;
}
