import { Injectable } from '@nestjs/common';

/** The time of the system; injected wherever time matters, so that tests can move it. */
@Injectable()
export class Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number {
    return Date.now();
  }
}
