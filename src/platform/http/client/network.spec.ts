import { networkOf } from './network';

describe('the network of a client address', () => {
  it('is the address itself for IPv4, also when it is mapped into IPv6', () => {
    expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
    expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });

  it('is the /64 for IPv6, however the address is written', () => {
    const network = networkOf('2001:db8:0:1::7');
    expect(networkOf('2001:0DB8:0000:0001:ffff:ffff:ffff:ffff')).toBe(network);
    expect(networkOf('2001:db8:0:2::7')).not.toBe(network);
  });

  it('is wider where fewer bits are asked for', () => {
    expect(networkOf('2001:db8:0:2::7', 48)).toBe(networkOf('2001:db8:0:ff::1', 48));
    expect(networkOf('2001:db8:1::7', 48)).not.toBe(networkOf('2001:db8:0:ff::1', 48));
    expect(networkOf('203.0.113.7', 48)).toBe('203.0.113.7');
  });

  it('is the text itself where that is no address', () => {
    expect(networkOf('unknown')).toBe('unknown');
  });
});
