import { BurstDetector } from './bursts';

const QUARTER = 900_000;

describe('a burst', () => {
  it('begins once in a quarter of an hour for each network and kind', () => {
    const bursts = new BurstDetector();
    const begins = (network: string, kind: string, now: number) => bursts.begins(network, kind, now);
    expect([begins('a', 'x', 0), begins('a', 'x', 1), begins('a', 'y', 1), begins('b', 'x', 2)]).toEqual([
      ...[true, false, true, true],
    ]);
    expect([begins('a', 'x', QUARTER - 1), begins('a', 'x', QUARTER), begins('a', 'y', QUARTER)]).toEqual([
      ...[false, true, false],
    ]);
  });

  it('is one of at most 20 from one network and 200 in total, until the first of them are over', () => {
    const bursts = new BurstDetector();
    const count = (networks: number, kinds: number, now: number) => {
      let begun = 0;
      for (let network = 0; network < networks; network += 1) {
        for (let kind = 0; kind < kinds; kind += 1) {
          if (bursts.begins(`network ${network}`, `kind ${kind}`, now)) begun += 1;
        }
      }
      return begun;
    };
    expect(count(1, 1_000, 0)).toBe(20);
    expect(count(1_000, 10, 1)).toBe(180);
    expect(count(1_000, 10, QUARTER)).toBe(20);
  });
});
