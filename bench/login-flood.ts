import { settings } from './settings';
import { PASSWORD, type Stage } from './stage';
import { median } from './statistics';

/** The address of the flood, and the number of its concurrent requests. */
const FLOODER = '198.51.100.66';
const IN_FLIGHT = 8;

/** Number of other users who log in continuously, each from a separate address. */
const PEOPLE = 4;

/** The effect of a flood from one address on the logins of others. */
export interface FloodResult {
  /** Medians of a login's latency in milliseconds, over all rounds: without a flood, and during one. */
  aloneMs: number;
  floodedMs: number;
  /** Logins of others, and the number of failures. */
  logins: number;
  failed: number;
}

/** Logins alone, and during a flood from one address: of registrations, and of successful logins. */
export class LoginFlood {
  private readonly alone: number[] = [];
  private readonly flooded: number[] = [];
  private failed = 0;
  private names = 0;

  constructor(private readonly stage: Stage) {}

  async round(): Promise<void> {
    await this.logInto(this.alone);
    await this.beside(() => this.register());
    await this.beside(() => this.logIn(PEOPLE, FLOODER));
  }

  result(): FloodResult {
    return {
      aloneMs: median(this.alone),
      floodedMs: median(this.flooded),
      logins: this.alone.length + this.flooded.length + this.failed,
      failed: this.failed,
    };
  }

  private async beside(flood: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const flooding = Array.from({ length: IN_FLIGHT }, async () => {
      while (!isOver) await flood();
    });
    await this.logInto(this.flooded);
    isOver = true;
    await Promise.all(flooding);
  }

  private async logInto(latencies: number[]): Promise<void> {
    const end = performance.now() + settings.seconds * 1000;
    const one = async (index: number) => {
      while (performance.now() < end) {
        const start = performance.now();
        const isIn = await this.logIn(index, `203.0.113.${index + 1}`);
        if (isIn) latencies.push(performance.now() - start);
        else this.failed += 1;
      }
    };
    await Promise.all(Array.from({ length: PEOPLE }, (_, index) => one(index)));
  }

  private logIn(index: number, address: string): Promise<boolean> {
    return this.post('login', { username: this.stage.people.others[index] ?? '', password: PASSWORD }, address);
  }

  private register(): Promise<boolean> {
    const username = `flood-${(this.names += 1)}`;
    return this.post('register', { username, email: `${username}@example.com`, password: PASSWORD }, FLOODER);
  }

  private async post(path: string, body: object, address: string): Promise<boolean> {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    const url = `${this.stage.programs.latchkey.api}/auth/${path}`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.arrayBuffer();
    return answer.ok;
  }
}
