import type { FeatureDefinition } from './feature.decorator';
import { publishFeatures } from './publication';
import { Vocabulary } from './vocabulary';

/** What each feature brings, by its name. */
const parts: Record<string, Record<string, string | undefined>> = {
  notes: { read: 'Read notes.', write: 'Write notes.' },
  odd: { toString: 'A name that every object knows.', left: undefined },
  empty: {},
};

const words = new Vocabulary<string, string>(({ name }: FeatureDefinition) => parts[name]);
const publish = (...names: string[]) => publishFeatures(names.map((name) => ({ name })));

afterAll(() => publish());

describe('a vocabulary', () => {
  it('has the names that features bring, and what they mean, in one array for ever', () => {
    const { names } = words;
    publish('notes', 'odd', 'empty', 'unknown');
    expect(names).toEqual(['read', 'write', 'toString']);
    expect(words.get('write')).toBe('Write notes.');
    publish('odd');
    expect([names, words.get('toString')]).toEqual([['toString'], 'A name that every object knows.']);
  });

  it.each(['toString', 'constructor', '__proto__', 'write', 'left'])('has no %s that no feature registers', (name) => {
    publish('empty');
    expect(() => words.get(name)).toThrow(`No feature registers ${name}`);
  });
});
