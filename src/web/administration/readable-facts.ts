import { isoTime } from '../../platform/kernel/iso-time';
import { words } from '../../platform/kernel/words';

/** A line of a list of facts. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Lists what an object holds, for a person: what lies within goes behind the name of what it lies in. */
export function readableFacts(facts: object, within = ''): Fact[] {
  return Object.entries(facts).flatMap(([key, value]: [string, unknown]) => {
    const name = `${within} ${words(key)}`.trim();
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isNested) return readableFacts(value, name);
    // Properties of times end in At and are epoch milliseconds.
    const isTime = typeof value === 'number' && key.endsWith('At');
    return [{ name, value: isTime ? isoTime(value) : readable(value) }];
  });
}

function readable(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.map(readable).join(', ') : JSON.stringify(value);
}
