import { Injectable } from '@nestjs/common';

/** The system time; injected so that tests can control it. */
@Injectable()
export class Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number {
    return Date.now();
  }
}
