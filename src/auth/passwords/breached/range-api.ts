import { type BreachSource, InvalidBreachData } from './breach-source';

/** The service gets this many of the 40 digits of a hash. */
const PREFIX = 5;

/** Real answers have at most some 100 KB, in characters. */
const MAX_ANSWER = 1_048_576;

/** The rest of a hash, and how many times it was seen: 0 for padding. */
const ROW = /^(?<suffix>[0-9A-Fa-f]{35}):(?<count>\d{1,12})\r?$/;

/**
 * The range API of Pwned Passwords, or a mirror of it (https://haveibeenpwned.com/API/v3#PwnedPasswords). It gets the
 * beginning of a hash and answers the rest of all hashes that begin like that (k-anonymity), padded so that the length
 * of an answer does not tell which they are.
 */
export class RangeApi implements BreachSource {
  readonly places = 32;

  /** @param url without `/range` @param timeLimit for the whole answer, in milliseconds */
  constructor(
    private readonly url: string,
    private readonly timeLimit = 1000,
  ) {}

  async has(hash: string): Promise<boolean> {
    const answer = await this.ask(hash.slice(0, PREFIX));
    const rows = answer
      .trimEnd()
      .split('\n')
      .map((row) => ROW.exec(row)?.groups);
    if (!rows.every((row) => row !== undefined)) throw new InvalidBreachData('The answer has other rows than hashes.');
    const suffix = hash.slice(PREFIX);
    return rows.some((row) => row['suffix']?.toUpperCase() === suffix && Number(row['count']) > 0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async ask(prefix: string): Promise<string> {
    const response = await fetch(`${this.url}/range/${prefix}`, {
      headers: { 'add-padding': 'true', 'user-agent': 'latchkey' },
      redirect: 'manual',
      signal: AbortSignal.timeout(this.timeLimit),
    });
    if (response.status === 200 && response.body) return boundedText(response.body);
    await response.body?.cancel();
    throw new InvalidBreachData(`The answer has the status ${response.status}.`);
  }
}

/** Leaving the loop early closes the connection. @throws InvalidBreachData when it is too long */
async function boundedText(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('latin1');
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk);
    if (text.length > MAX_ANSWER) throw new InvalidBreachData('The answer is too long.');
  }
  return text;
}
