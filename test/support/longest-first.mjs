import { basename } from 'node:path';
import testSequencer from '@jest/test-sequencer';

/** Files that take longest; started last, one of them would run alone while the other workers have nothing left to do. */
const LONGEST = [
  ...['hostile-readers', 'extending', 'faults', 'swagger-ui', 'contract-fuzz', 'enumeration'],
  ...['mail', 'throttling', 'cli', 'durability', 'import'],
];

const rankOf = ({ path }) => {
  const rank = LONGEST.findIndex((name) => basename(path).startsWith(`${name}.`));
  return rank === -1 ? LONGEST.length : rank;
};

/** Puts the longest files first, and the others in the order of Jest: by their last durations, or else by their sizes. */
export default class LongestFirst extends testSequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
