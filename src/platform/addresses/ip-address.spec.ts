import { isIP, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { isInNetworks, type IpNetwork, parseAddress, parseNetwork, urlHost } from './ip-address';

const dottedEnd = fc
  .tuple(fc.ipV6(), fc.ipV4())
  .map(([ipv6, ipv4]) => ipv6.replace(/[^:]*$/, ipv4))
  .filter(isIPv6);
const address = fc.oneof(fc.ipV4(), fc.ipV6(), dottedEnd);

/** Texts that are an address, or one edit or two away from one. */
const nearlyAddress = fc
  .tuple(
    address,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('0', '1', 'a', '.', ':', 'g', '/', ' ', '::', '00', '256', '')), {
      maxLength: 2,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [at, insert]) => {
      const index = at % (edited.length + 1);
      return edited.slice(0, index) + insert + edited.slice(insert === '' ? index + 1 : index);
    }, text),
  );

const networks = (...ranges: string[]): IpNetwork[] => ranges.map(parseNetwork).filter((network) => network !== null);

const isIn = (text: string, ...ranges: string[]): boolean => {
  const parsed = parseAddress(text);
  return parsed !== null && isInNetworks(parsed, networks(...ranges));
};

describe('an IP address', () => {
  it('is read exactly where the platform takes it for one', () => {
    fc.assert(fc.property(nearlyAddress, (text) => expect(parseAddress(text) !== null).toBe(isIP(text) !== 0)));
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) =>
        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0),
      ),
    );
  });

  it.each(['::ffff:1.2.03.4', '64:ff9b::010.2.3.4', '010.0.0.1', '0x7f.1', '3232235777'])(
    '%s is none: others read it as octal, or as another address',
    (text) => expect(parseAddress(text)).toBeNull(),
  );

  it('is IPv4 where it is mapped into IPv6', () => {
    fc.assert(fc.property(fc.ipV4(), (ipv4) => expect(parseAddress(`::ffff:${ipv4}`)?.toString()).toBe(ipv4)));
  });

  it('stands in brackets in a URL where it is IPv6, and no other host does', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ipv6) => expect(new URL(`http://${urlHost(ipv6)}:80`).hostname).toMatch(/^\[.*\]$/)),
    );
    expect(['0.0.0.0', 'example.com', '::ffff:1.2.3.4'].map(urlHost)).toEqual([
      '0.0.0.0',
      'example.com',
      '[::ffff:1.2.3.4]',
    ]);
  });
});

describe('a network', () => {
  it.each([
    '10.0.0.0/33',
    '10/8',
    '2001:db8::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/8 ',
    '',
    '/',
    'any',
  ])('%s is none', (text) => expect(parseNetwork(text)).toBeNull());

  it('of an address alone holds that address alone', () => {
    fc.assert(
      fc.property(address, address, (one, other) =>
        expect(isIn(other, one)).toBe(parseAddress(one)?.toString() === parseAddress(other)?.toString()),
      ),
    );
  });

  it('holds what begins with its bits, and IPv4 also as mapped into IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, ipv4, bits) => {
        const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
        const isInside =
          number(base) - (number(base) % 2 ** (32 - bits)) === number(ipv4) - (number(ipv4) % 2 ** (32 - bits));
        expect(isIn(ipv4, `${base}/${bits}`)).toBe(isInside);
        expect(isIn(`::ffff:${ipv4}`, `::ffff:${base}/${96 + bits}`)).toBe(isInside);
      }),
    );
    expect(isIn('2001:db8:ffff::1', '10.0.0.0/8', '2001:db8::/32')).toBe(true);
    expect(isIn('2001:db9::1', '10.0.0.0/8', '2001:db8::/32')).toBe(false);
    expect([isIn('1.2.3.4', '::/0'), isIn('2001:db8::1', '0.0.0.0/0')]).toEqual([true, false]);
  });
});
