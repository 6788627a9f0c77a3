import ipaddr from 'ipaddr.js';
import { parseAddress } from '../../addresses/ip-address';

/** Bits of an IPv6 network prefix: a customer gets at least a /64 (RFC 6177). */
const IPV6_NETWORK_BITS = 64;

/**
 * The network of a client address: an IPv4 address by itself, even when mapped into IPv6, or the /64 of an IPv6
 * address. Other text is returned unchanged.
 * @param ipv6Bits length of the IPv6 network prefix
 */
export function networkOf(address: string, ipv6Bits = IPV6_NETWORK_BITS): string {
  const parsed = parseAddress(address);
  if (!parsed) return address;
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${ipv6Bits}`).toNormalizedString();
}
