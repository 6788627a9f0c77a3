import type { Socket } from 'node:net';
import { type Answer, Connection, type ReadingPace } from './connection';

/** Requests of all connections that may wait behind a waiting one; one may always wait on each connection. */
const MAX_WAITING = 2_000;

/** Every connection that has sent a request and is still open. */
export class Connections {
  private readonly open = new Map<Socket, Connection>();
  private waiting = 0;

  /** Runs `serve` when the responses to all earlier requests of the same connection have been written. */
  enter(socket: Socket, response: Answer, serve: () => void): void {
    const connection = this.open.get(socket);
    if (connection?.enter(response, serve, this.waiting < MAX_WAITING)) return;
    if (!connection) this.add(socket, response, serve);
    // Responses cannot be out of order; clients have to expect a disconnect (RFC 9112, 9.3.2).
    else socket.destroy();
  }

  /** Disconnects the clients that are slower than the pace. @returns their number */
  cutSlow(pace: ReadingPace): number {
    let cut = 0;
    const now = performance.now();
    for (const [socket, connection] of this.open) {
      if (!connection.isSlow(now, pace)) continue;
      socket.destroy();
      cut += 1;
    }
    return cut;
  }

  private add(socket: Socket, response: Answer, serve: () => void): void {
    const connection = new Connection(socket, response, (change) => (this.waiting += change));
    this.open.set(socket, connection);
    socket.once('close', () => {
      this.open.delete(socket);
      connection.close();
    });
    serve();
  }
}
