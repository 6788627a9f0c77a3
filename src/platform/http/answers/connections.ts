import type { Socket } from 'node:net';
import { type Answer, Connection, type ReadingPace } from './connection';

/** Requests of all connections together that may wait behind waiting ones; one may wait on each connection in any case. */
const MAX_WAITING = 2_000;

/** Every connection that has sent a request and is still open. */
export class Connections {
  private readonly open = new Map<Socket, Connection>();
  private waiting = 0;

  /** Runs `serve` when the answers to all earlier requests of the same connection have been handed over. */
  enter(socket: Socket, response: Answer, serve: () => void): void {
    const connection = this.open.get(socket);
    if (connection?.enter(response, serve, this.waiting < MAX_WAITING)) return;
    if (!connection) this.add(socket, response, serve);
    // There is no answering out of turn; RFC 9112, 9.3.2 has clients expect this.
    else socket.destroy();
  }

  /** Disconnects the clients that are slower than the pace. @returns how many */
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
