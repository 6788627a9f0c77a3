import { Secret, TOTP } from 'otpauth';
import type { Actor, TestApp } from './app';
import type { Client } from './client';

/** The 202 of a login that needs a second factor. */
export interface ChallengeBody {
  status: string;
  challengeToken: string;
  expiresIn: number;
  methods: string[];
}

/** The second factors of an account. */
export interface SecondFactorBody {
  required: boolean;
  totp: { id: string; name: string; lastUsedAt: string | null }[];
  passkeys: unknown[];
  recoveryCodesLeft: number;
  trustedDevices: { id: string; name: string }[];
}

/** An authenticator app that shows codes by the clock of the application. */
export class Authenticator {
  private constructor(
    private readonly app: TestApp,
    readonly id: string,
    private readonly secret: string,
    /** The recovery codes that came with it. */
    readonly recoveryCodes: readonly string[],
  ) {}

  /** Enrolls an authenticator app. @param caller with a recent authentication, or a challenge token */
  static async enroll(app: TestApp, caller: Client, name?: string): Promise<Authenticator> {
    const added = await caller.post<{ id: string; secret: string }>('/auth/totp', {
      ...(name !== undefined && { name }),
    });
    if (added.status !== 201) throw new Error(`totp answered ${added.status}: ${added.text}`);
    const { id, secret } = added.body;
    const code = new Authenticator(app, id, secret, []).code();
    const confirmed = await caller.post<{ recoveryCodes: string[] | null }>(`/auth/totp/${id}/confirm`, { code });
    if (confirmed.status !== 200) throw new Error(`confirm answered ${confirmed.status}: ${confirmed.text}`);
    // The code of this step is used up.
    app.clock.advance(30_000);
    return new Authenticator(app, id, secret, confirmed.body.recoveryCodes ?? []);
  }

  /** An app that has the key which a page shows. */
  static with(app: TestApp, secret: string): Authenticator {
    return new Authenticator(app, '', secret, []);
  }

  /** The code that it shows. @param after milliseconds from now */
  code(after = 0): string {
    const totp = new TOTP({ secret: Secret.fromBase32(this.secret), algorithm: 'SHA1', digits: 6, period: 30 });
    return totp.generate({ timestamp: this.app.clock.now() + after });
  }

  /** A code that it does not show, now or nearby. */
  wrongCode(): string {
    const right = [-60_000, -30_000, 0, 30_000, 60_000].map((after) => this.code(after));
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.includes(code)) ?? '';
  }
}

/** An account with an authenticator app. */
export interface Protected {
  actor: Actor;
  authenticator: Authenticator;
}
