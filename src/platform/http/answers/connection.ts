import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Pipelined requests that may wait on one connection; hardly any client sends more than one. */
const MAX_WAITING = 64;

/** The minimum pace of a client: bytes per milliseconds while a response is pending. */
export interface ReadingPace {
  bytes: number;
  ms: number;
}

/** The part of a response that is needed here: whether it has been written completely, and when it closes. */
export type Answer = Pick<EventEmitter, 'once'> & { readonly writableFinished: boolean };

interface Turn {
  response: Answer;
  serve: () => void;
}

/** A client connection: serves its requests one after the other, and measures how fast the client reads. */
export class Connection {
  private readonly waiting: Turn[] = [];
  /** The start of the current measurement, and the bytes that the client had read by then. */
  private mark: { since: number; taken: number } | undefined;

  /**
   * @param response the one in progress @param count called with changes in the number of requests that wait behind a
   * waiting one
   */
  constructor(
    private readonly socket: Pick<Socket, 'writableLength' | 'bytesWritten'>,
    private response: Answer,
    private readonly count: (change: number) => void,
  ) {}

  /**
   * Runs `serve` at once, or when its turn comes: Node reads ahead, and would process all pipelined requests of a
   * client and buffer their responses while it reads none of them.
   * @param mayHaveMore whether more than one request may wait; one always may
   * @returns false when too many are already waiting
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

  /** Discards the waiting requests after the socket has closed. */
  close(): void {
    if (this.waiting.length > 1) this.count(1 - this.waiting.length);
    this.waiting.length = 0;
  }

  /**
   * Whether the client is slow: data was pending all the time, and it read less than the pace requires. Measured from
   * call to call.
   */
  isSlow(now: number, pace: ReadingPace): boolean {
    const { writableLength, bytesWritten } = this.socket;
    if (writableLength === 0) {
      this.mark = undefined;
      return false;
    }
    const taken = bytesWritten - writableLength;
    if (!this.mark || taken - this.mark.taken >= pace.bytes) this.mark = { since: now, taken };
    // A large response is one chunk, which counts as read only when it is complete, so it gets the time for all its
    // bytes.
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
