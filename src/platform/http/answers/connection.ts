import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Pipelined requests that may wait on one connection; hardly any client sends even two. */
const MAX_WAITING = 64;

/** How much a client must take, of what there is for it, in how many milliseconds. */
export interface ReadingPace {
  bytes: number;
  ms: number;
}

/** What has to be known of a response: whether all of it was handed over, and when it ended. */
export type Answer = Pick<EventEmitter, 'once'> & { readonly writableFinished: boolean };

interface Turn {
  response: Answer;
  serve: () => void;
}

/** One client connection: serves its requests one after the other, and knows how long the client takes to read. */
export class Connection {
  private readonly waiting: Turn[] = [];
  /** Since when the client has not taken much, and how many bytes it had taken until then. */
  private mark: { since: number; taken: number } | undefined;

  /** @param response the one that is under way @param count told how many more requests wait behind a waiting one, or fewer */
  constructor(
    private readonly socket: Pick<Socket, 'writableLength' | 'bytesWritten'>,
    private response: Answer,
    private readonly count: (change: number) => void,
  ) {}

  /**
   * Runs `serve` at once, or when its turn has come: Node reads ahead, and would have all of a client's pipelined
   * requests worked on, and their answers kept, while it reads none of them.
   * @param mayHaveMore whether more than one may wait, which every connection may have
   * @returns false when too many wait already
   */
  enter(response: Answer, serve: () => void, mayHaveMore: boolean): boolean {
    if (this.waiting.length === 0 && this.response.writableFinished) {
      this.response = response;
      serve();
      return true;
    }
    const ahead = this.waiting.length;
    if (ahead === MAX_WAITING || (ahead > 0 && !mayHaveMore)) return false;
    if (ahead === 0) this.response.once('close', () => this.next());
    else this.count(1);
    this.waiting.push({ response, serve });
    return true;
  }

  /** Forgets the requests that wait; the socket is gone. */
  close(): void {
    if (this.waiting.length > 1) this.count(1 - this.waiting.length);
    this.waiting.length = 0;
  }

  /**
   * Whether the client is slow: there was something for it all the time, and it took less than the pace asks. Told by
   * call to call; what happens between two of them is not noticed.
   */
  isSlow(now: number, pace: ReadingPace): boolean {
    const { writableLength, bytesWritten } = this.socket;
    if (writableLength === 0) {
      this.mark = undefined;
      return false;
    }
    const taken = bytesWritten - writableLength;
    if (!this.mark || taken - this.mark.taken >= pace.bytes) this.mark = { since: now, taken };
    // A large answer is one chunk, which counts as taken only when all of it is: it has the time that it takes in all.
    const toTake = Math.max(bytesWritten - this.mark.taken, pace.bytes);
    return now - this.mark.since > (pace.ms * toTake) / pace.bytes;
  }

  private next(): void {
    const turn = this.waiting.shift();
    if (!turn) return;
    this.response = turn.response;
    if (this.waiting.length > 0) {
      this.count(-1);
      this.response.once('close', () => this.next());
    }
    turn.serve();
  }
}
