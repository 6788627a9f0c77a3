import type { FastifyRequest } from 'fastify';
import { isInNetworks, parseAddress, parseNetwork } from '../../addresses/ip-address';

/** An address as forwarded by proxies, some of which add brackets and a port. */
const FORWARDED = /^(?:\[(?<bracketed>[^\]]*)\](?::\d{1,5})?|(?<dotted>[\d.]+):\d{1,5})$/;

/** Parses an address as forwarded by proxies, with or without brackets, port and zone. @returns null for other text */
function parseHop(text: string) {
  const { bracketed, dotted } = FORWARDED.exec(text)?.groups ?? {};
  return parseAddress(bracketed ?? dotted ?? text);
}

/**
 * An address in its canonical form (RFC 5952), without port and zone; an IPv4-mapped IPv6 address as IPv4.
 * @returns null for text that is not an address
 */
export const canonicalAddress = (text: string): string | null => parseHop(text)?.toString() ?? null;

/**
 * The client's address in canonical form: the socket's, or the one forwarded by the outermost trusted proxy. If that is
 * not an address, the proxy that forwarded it is the client. The only reader of Fastify's `request.ip`.
 */
export function clientAddress({ ip, ips }: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  const known = (ips ?? [ip]).map((hop: string | undefined) => canonicalAddress(hop ?? ''));
  // A closed socket has no address.
  return known.findLast((address) => address !== null) ?? 'unknown';
}

/** For Fastify: whether a hop is a trusted proxy. @param ranges addresses and CIDR ranges */
export function proxyTrust(ranges: readonly string[]): (hop: string) => boolean {
  const proxies = ranges.map(parseNetwork).filter((network) => network !== null);
  return (hop) => {
    const address = parseHop(hop);
    return address !== null && isInNetworks(address, proxies);
  };
}
