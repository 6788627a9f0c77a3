import { EventEmitter } from 'node:events';
import { Connection } from './connection';

const PACE = { bytes: 100, ms: 1000 };

/** A socket that takes its chunks whole, as libuv does. */
class FakeSocket {
  bytesWritten = 0;
  private readonly chunks: number[] = [];

  get writableLength(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk, 0);
  }

  write(chunk: number): void {
    this.chunks.push(chunk);
    this.bytesWritten += chunk;
  }

  take(): void {
    this.chunks.shift();
  }
}

describe('a connection', () => {
  let socket: FakeSocket;
  let connection: Connection;

  beforeEach(() => {
    socket = new FakeSocket();
    const response = Object.assign(new EventEmitter(), { writableFinished: true });
    connection = new Connection(socket, response, () => undefined);
  });

  const isSlow = (now: number) => connection.isSlow(now, PACE);

  it('is slow when it takes less than the pace asks, for as long as there is something for it', () => {
    expect(isSlow(0)).toBe(false);
    socket.write(60);
    expect([isSlow(5000), isSlow(6000), isSlow(6001)]).toEqual([false, false, true]);
    socket.take();
    expect(isSlow(6002)).toBe(false);
    socket.write(60);
    expect([isSlow(9000), isSlow(10_000)]).toEqual([false, false]);
  });

  it('has the time that one large chunk takes by the pace, and no more', () => {
    socket.write(600);
    expect([isSlow(0), isSlow(1001), isSlow(6000), isSlow(6001)]).toEqual([false, false, false, true]);
  });

  it('is not slow while it takes a large chunk by the pace, whatever small ones were on their way before', () => {
    socket.write(50);
    expect(isSlow(0)).toBe(false);
    socket.write(600);
    socket.take();
    expect([isSlow(500), isSlow(6500)]).toEqual([false, false]);
    expect(isSlow(6501)).toBe(true);
  });

  it('is not slow as long as it takes many small chunks by the pace', () => {
    for (let now = 0; now < 20_000; now += 500) {
      socket.write(50);
      if (now > 0) socket.take();
      expect(isSlow(now)).toBe(false);
    }
    expect(isSlow(25_000)).toBe(true);
  });
});
