import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../platform/config/auth.config';
import type { Session } from './session.entity';

const USE_ACCURACY_MS = 60_000;

/** Absolute and idle timeouts of sessions (ASVS 7.3.1, 7.3.2). */
@Injectable()
export class SessionLifetimes {
  constructor(private readonly config: AuthConfig) {}

  /** The absolute end of a session that starts now, in epoch milliseconds. */
  expiresAt(remembered: boolean, now: number): number {
    return now + (remembered ? this.config.rememberTtl : this.config.sessionTtl) * 1000;
  }

  /** Sessions last used before this time have ended; epoch milliseconds. */
  idleSince(now: number): number {
    return now - this.config.idleTtl * 1000;
  }

  /** Whether to record the use of a session: at most once a minute, because a write per request would cost too much. */
  isUseDue(session: Session, now: number): boolean {
    return now - session.lastUsedAt >= Math.min(USE_ACCURACY_MS, this.config.idleTtl * 250);
  }

  /** Whether a session has expired or was ended. */
  hasEnded(session: Session, now: number): boolean {
    return session.endedAt !== null || session.expiresAt <= now || session.lastUsedAt <= this.idleSince(now);
  }
}
