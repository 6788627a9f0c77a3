import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../test/support/client';
import { HandmadePasskey } from '../test/support/passkeys';
import { type Kind, KINDS, type Question, QUESTIONS, Strangers } from '../test/support/strangers';
import type { Children } from './children';
import { loginOptions, newPasskey } from './passkey-logins';
import { databaseOf, type Ground, migrate, PASSKEY_ORIGIN, type Program, start } from './programs';
import { Connection } from './sqlite';
import type { Stage } from './stage';
import { inRandomOrder, median, rankSumDeviation } from './statistics';

/** How often each question about an address is asked in a round, and a passkey is refused. */
const ASKED = 12;
const REFUSED = 60;

/** Two states are apart when their times differ by more than chance and by more than machines differ by between requests. */
const MAX_DEVIATION = 4;
const MAX_RATIO = 1.15;

/** The times of one question. */
export interface Parity {
  /** Medians in milliseconds, by the state of the account. */
  medians: Readonly<Record<string, number>>;
  /** Pairs of states of which the first takes longer. */
  apart: readonly string[];
}

/** Requests whose time must not tell whether an account exists, one after the other and in random order. */
export class ParityContest {
  private readonly times = new Map<string, Map<string, number[]>>();

  private readonly client: Client;

  private constructor(
    private readonly stage: Stage,
    private readonly passkey: HandmadePasskey,
    private readonly strangers: Strangers,
  ) {
    this.client = clientOf(stage.programs.latchkey);
  }

  /** Starts a program that requires verified addresses. Its hashes are cheap, so that they hide nothing. */
  static async prepare(children: Children, ground: Ground, stage: Stage): Promise<ParityContest> {
    const modes = { EMAIL_VERIFICATION: 'required', NODE_ENV: 'test', PASSWORD_HASH_COST: '4' };
    const own: Ground = { ...ground, folder: join(ground.folder, 'parity'), env: modes };
    await mkdir(own.folder);
    await migrate(children, own);
    const program = await start(children, own, 'latchkey');
    const database = await Connection.open(databaseOf('latchkey', own), 'write');
    const strangers = await Strangers.of({
      anonymous: clientOf(program),
      query: (statement) => database.exec(statement),
    });
    return new ParityContest(stage, await newPasskey(stage, stage.people.others[0] ?? ''), strangers);
  }

  /** A round that does not count. */
  async warmUp(): Promise<void> {
    await this.round();
    this.times.clear();
  }

  async round(): Promise<void> {
    for (const [question, ask] of Object.entries(QUESTIONS)) {
      for (let index = 0; index < ASKED; index += 1) await this.askOfEach(question, ask);
    }
    for (let index = 0; index < REFUSED; index += 1) await this.refusePasskeys();
  }

  result(): Record<string, Parity> {
    return Object.fromEntries([...this.times].map(([question, times]) => [question, compare(times)]));
  }

  private async askOfEach(question: string, ask: Question): Promise<void> {
    for (const kind of inRandomOrder<Kind>(KINDS)) await this.time(question, kind, () => ask(this.strangers, kind));
    await this.strangers.forget();
  }

  /** A passkey of an account with a wrong signature, and one of no account. */
  private async refusePasskeys(): Promise<void> {
    const tamper = (signature: Buffer) => signature.fill((signature[10] ?? 0) ^ 1, 10, 11);
    const unknown = new HandmadePasskey(PASSKEY_ORIGIN);
    const bodies = [
      ['known', this.passkey.assertion(await loginOptions(this.stage), { tamper })],
      ['unknown', unknown.assertion(await loginOptions(this.stage))],
    ] as const;
    for (const [state, body] of inRandomOrder(bodies)) {
      await this.time('a login by passkey', state, () => this.refuse(body));
    }
  }

  private async refuse(body: object): Promise<void> {
    const { status } = await this.client.post('/auth/passkeys/login', body);
    assert.equal(status, 401, 'A wrong passkey was not refused');
  }

  private async time(question: string, state: string, request: () => Promise<unknown>): Promise<void> {
    const times = this.times.get(question) ?? new Map<string, number[]>();
    this.times.set(question, times);
    const begun = performance.now();
    await request();
    times.set(state, [...(times.get(state) ?? []), performance.now() - begun]);
  }
}

function compare(times: ReadonlyMap<string, readonly number[]>): Parity {
  const states = [...times];
  const apart = states.flatMap(([slow, first]) =>
    states
      .filter(([, second]) => rankSumDeviation(first, second) > MAX_DEVIATION)
      .filter(([, second]) => median(first) > MAX_RATIO * median(second))
      .map(([fast]) => `${slow} and ${fast}`),
  );
  return { medians: Object.fromEntries(states.map(([state, each]) => [state, median(each)])), apart };
}

const clientOf = ({ api }: Program) => new Client(new URL(api).origin);
