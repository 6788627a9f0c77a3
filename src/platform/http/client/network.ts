import ipaddr from 'ipaddr.js';
import { parseAddress } from '../../addresses/ip-address';

/** Bits of an IPv6 address that name a network: one customer has a whole /64 (RFC 6177). */
const IPV6_NETWORK_BITS = 64;

/**
 * The network that a client address counts as: an IPv4 address by itself, also where it is mapped into IPv6, and the
 * /64 of an IPv6 address. Text that is no address stays as it is.
 * @param ipv6Bits how many bits of an IPv6 address name the network
 */
export function networkOf(address: string, ipv6Bits = IPV6_NETWORK_BITS): string {
  const parsed = parseAddress(address);
  if (!parsed) return address;
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${ipv6Bits}`).toNormalizedString();
}
