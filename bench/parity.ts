import { HandmadePasskey } from '../test/support/passkeys';
import { loginOptions, newPasskey } from './passkey-logins';
import { PASSKEY_ORIGIN } from './programs';
import { PASSWORD, type Stage } from './stage';
import { median } from './statistics';

/** The pairs of requests that must not tell whether an account exists. */
export type ParityName = 'password' | 'passkey' | 'mail';

/** Medians of the latencies of a pair in milliseconds. */
export interface Parity {
  known: number;
  unknown: number;
}

interface Pair {
  path: string;
  perRound: number;
  /** The bodies of requests of a known and of an unknown account. */
  bodies: (index: number) => Promise<Record<keyof Parity, object>>;
}

/** Sign-ins of known and unknown accounts that are refused, one after the other and in turn. */
export class ParityContest {
  private readonly latencies = new Map<string, number[]>();
  private readonly pairs: Record<ParityName, Pair>;
  private sent = 0;

  private constructor(
    private readonly stage: Stage,
    passkey: HandmadePasskey,
  ) {
    const { others } = stage.people;
    const nameOf = (index: number) => others[index % others.length] ?? '';
    const unknown = new HandmadePasskey(PASSKEY_ORIGIN);
    const breakSignature = (signature: Buffer) => signature.fill(1, 10, 11);
    this.pairs = {
      password: {
        path: '/auth/login',
        perRound: 8,
        bodies: (index) =>
          Promise.resolve({
            known: { username: nameOf(index), password: `${PASSWORD}!` },
            unknown: { username: `nobody-${index}`, password: `${PASSWORD}!` },
          }),
      },
      passkey: {
        path: '/auth/passkeys/login',
        perRound: 60,
        bodies: async () => ({
          known: passkey.assertion(await loginOptions(stage), { tamper: breakSignature }),
          unknown: unknown.assertion(await loginOptions(stage)),
        }),
      },
      mail: {
        path: '/auth/email-login',
        perRound: 18,
        bodies: (index) =>
          Promise.resolve({
            known: { email: `${nameOf(index)}@example.com` },
            unknown: { email: `nobody-${index}@example.com` },
          }),
      },
    };
  }

  static async prepare(stage: Stage): Promise<ParityContest> {
    return new ParityContest(stage, await newPasskey(stage, stage.people.others[0] ?? ''));
  }

  async round(): Promise<void> {
    for (const [name, pair] of Object.entries(this.pairs)) {
      for (let index = 0; index < pair.perRound; index += 1) {
        this.sent += 1;
        const { known, unknown } = await pair.bodies(this.sent);
        const inTurn = [
          [`${name} known`, known],
          [`${name} unknown`, unknown],
        ] as const;
        // Neither is always the second one.
        for (const [key, body] of index % 2 === 0 ? inTurn : inTurn.toReversed()) await this.time(key, pair.path, body);
      }
    }
  }

  result(): Record<ParityName, Parity> {
    const of = (name: ParityName): Parity => ({
      known: median(this.latencies.get(`${name} known`) ?? []),
      unknown: median(this.latencies.get(`${name} unknown`) ?? []),
    });
    return { password: of('password'), passkey: of('passkey'), mail: of('mail') };
  }

  private async time(key: string, path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const start = performance.now();
    const answer = await fetch(this.stage.programs.latchkey.api + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    const latencies = this.latencies.get(key) ?? [];
    latencies.push(performance.now() - start);
    this.latencies.set(key, latencies);
  }
}
