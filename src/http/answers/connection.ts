import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Pipelined requests that may wait on one connection; hardly any client sends even two. */
const MOST_WAITING = 64;

/** How much a client must take, of what there is for it, in how many milliseconds. */
export interface Pace {
  bytes: number;
  ms: number;
}

interface Turn {
  response: ServerResponse;
  serve: () => void;
}

/** One client connection: serves its requests one after the other, and knows how long the client takes to read. */
export class Connection {
  private readonly waiting: Turn[] = [];
  /** Since when the client has not taken much, and how many bytes it had taken until then. */
  private mark: { since: number; taken: number } | undefined;

  /** @param response the one that is under way @param count told how many more requests wait, or fewer */
  constructor(
    private readonly socket: Socket,
    private response: ServerResponse,
    private readonly count: (change: number) => void,
  ) {}

  /**
   * Runs `serve` at once, or when its turn has come: Node reads ahead, and would have all of a client's pipelined
   * requests worked on, and their answers kept, while it reads none of them.
   * @returns false when too many wait already
   */
  enter(response: ServerResponse, serve: () => void, mayWait: boolean): boolean {
    if (this.waiting.length === 0 && this.response.writableFinished) {
      this.response = response;
      serve();
      return true;
    }
    if (!mayWait || this.waiting.length === MOST_WAITING) return false;
    if (this.waiting.length === 0) this.response.once('close', () => this.next());
    this.waiting.push({ response, serve });
    this.count(1);
    return true;
  }

  /** Forgets the requests that wait; the socket is gone. */
  close(): void {
    this.count(-this.waiting.length);
    this.waiting.length = 0;
  }

  /**
   * Whether the client is slow: there was something for it all the time, and it took less than the pace asks. Told by
   * call to call; what happens between two of them is not noticed.
   */
  isSlow(now: number, pace: Pace): boolean {
    const { writableLength, bytesWritten } = this.socket;
    if (writableLength === 0) {
      this.mark = undefined;
      return false;
    }
    const taken = bytesWritten - writableLength;
    if (!this.mark || taken - this.mark.taken >= pace.bytes) this.mark = { since: now, taken };
    return now - this.mark.since > pace.ms;
  }

  private next(): void {
    const turn = this.waiting.shift();
    if (!turn) return;
    this.count(-1);
    this.response = turn.response;
    if (this.waiting.length > 0) this.response.once('close', () => this.next());
    turn.serve();
  }
}
