import fc from 'fast-check';
import { anyCharacter } from '../../../../test/support/any-character';
import { canonicalAddress, clientAddress, proxyTrust } from './client-address';
import { networkOf } from './network';

const port = fc.integer({ min: 0, max: 65_535 });
const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const address = fc.oneof(ipv4, ipv6);

describe('the address of a client', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4:5678', '1.2.3.4'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['[::ffff:102:304]:80', '1.2.3.4'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, canonical) => expect(canonicalAddress(text)).toBe(canonical));

  it.each(['', 'unknown', '_hidden', '1.2.3', '1.2.3.4.5', '1.2.3.256', '0x7f.1', '3232235777', '1.2.3.4:port', '[]'])(
    '%s is none',
    (text) => expect(canonicalAddress(text)).toBeNull(),
  );

  it('is the same with a port, in brackets and in its own canonical form', () => {
    fc.assert(fc.property(ipv4, port, (ip, at) => expect(canonicalAddress(`${ip}:${at}`)).toBe(canonicalAddress(ip))));
    fc.assert(
      fc.property(ipv6, port, (ip, at) => {
        const canonical = canonicalAddress(ip);
        expect(canonicalAddress(`[${ip}]:${at}`)).toBe(canonical);
        expect(canonicalAddress(`[${ip}]`)).toBe(canonical);
        expect(canonicalAddress(canonical ?? '')).toBe(canonical);
      }),
    );
  });

  it('is an address whatever is forwarded: the last one that is valid, else that of the socket', () => {
    const rubbish = fc.string({ unit: anyCharacter }).filter((text) => canonicalAddress(text) === null);
    fc.assert(
      fc.property(address, fc.option(address), rubbish, (socket, forwarded, last) => {
        const ips = [socket, ...(forwarded === null ? [] : [forwarded]), last];
        expect(clientAddress({ ip: last, ips })).toBe(canonicalAddress(forwarded ?? socket));
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => typeof clientAddress({ ip: text }) === 'string'));
  });

  it('counts as its network, however it is written', () => {
    fc.assert(fc.property(address, (ip) => expect(networkOf(canonicalAddress(ip) ?? '')).toBe(networkOf(ip))));
  });
});

describe('the proxies that are trusted', () => {
  const isTrusted = proxyTrust(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::ffff:198.51.100.0/120']);

  it.each([
    '10.1.2.3',
    '10.1.2.3:8080',
    '::ffff:10.1.2.3',
    '192.0.2.7',
    '2001:db8::7',
    '[2001:db8::7]:1',
    '198.51.100.9',
  ])('%s is', (hop) => expect(isTrusted(hop)).toBe(true));

  it.each(['11.1.2.3', '192.0.2.8', '2001:db9::7', '198.51.101.9', 'unknown', ''])('%s is not', (hop) =>
    expect(isTrusted(hop)).toBe(false),
  );
});
