import { newId } from '../../platform/kernel/ids';
import { VerifiedTokens } from './verified-tokens';

const MOST = 100;

describe('tokens whose signature was checked', () => {
  const claimsOf = (sid: string) => ({ sub: newId(), sid, exp: 0 });

  it('of a session that refreshes constantly evict no other user’s', () => {
    const tokens = new VerifiedTokens(MOST);
    const others = Array.from({ length: MOST / 2 }, (_, index) => `other-${index}`);
    for (const other of others) tokens.add(other, claimsOf(newId()));
    const claims = claimsOf(newId());
    for (let refresh = 0; refresh < 10 * MOST; refresh += 1) tokens.add(`mine-${refresh}`, claims);
    expect(others.every((other) => tokens.get(other))).toBe(true);
    const mine = Array.from({ length: 10 * MOST }, (_, refresh) => tokens.get(`mine-${refresh}`));
    expect(mine.filter(Boolean)).toHaveLength(3);
    expect(mine.at(-1)).toBe(claims);
  });

  it('that are checked again displace no other token of their session', () => {
    const tokens = new VerifiedTokens(MOST);
    const claims = claimsOf(newId());
    for (const token of ['a', 'b', 'c', 'c', 'c', 'b']) tokens.add(token, claims);
    expect(['a', 'b', 'c'].map((token) => tokens.get(token))).toEqual([claims, claims, claims]);
  });

  it('are bounded in total: the least recently used ones are evicted first', () => {
    const tokens = new VerifiedTokens(MOST);
    for (let session = 0; session < 3 * MOST; session += 1) {
      const claims = claimsOf(newId());
      tokens.add(`${session}-a`, claims);
      tokens.add(`${session}-b`, claims);
      tokens.add(`${session}-b`, claims);
    }
    const kept = Array.from({ length: 3 * MOST }, (_, session) => session).filter((session) =>
      ['a', 'b'].every((name) => tokens.get(`${session}-${name}`)),
    );
    expect(kept).toEqual(Array.from({ length: MOST / 2 }, (_, index) => 3 * MOST - MOST / 2 + index));
    expect(tokens.get('0-a')).toBeUndefined();
  });

  it('that are in use stay, whatever others come', () => {
    const tokens = new VerifiedTokens(MOST);
    tokens.add('in-use', claimsOf(newId()));
    for (let login = 0; login < 3 * MOST; login += 1) {
      tokens.add(`login-${login}`, claimsOf(newId()));
      expect(tokens.get('in-use')).toBeDefined();
    }
  });
});
