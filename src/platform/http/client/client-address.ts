import type { FastifyRequest } from 'fastify';
import { isInNetworks, parseAddress, parseNetwork } from '../../addresses/ip-address';

/** An address as proxies forward it: some put brackets around it, and a port behind it. */
const FORWARDED = /^(?:\[(?<bracketed>[^\]]*)\](?::\d{1,5})?|(?<dotted>[\d.]+):\d{1,5})$/;

/** Reads an address as proxies forward it, with or without brackets, port and zone. @returns null for text that is none */
function parseHop(text: string) {
  const { bracketed, dotted } = FORWARDED.exec(text)?.groups ?? {};
  return parseAddress(bracketed ?? dotted ?? text);
}

/**
 * An address in its canonical form (RFC 5952), without a port or zone; IPv4 also where it is mapped into IPv6.
 * @returns null for text that is no address
 */
export const canonicalAddress = (text: string): string | null => parseHop(text)?.toString() ?? null;

/**
 * The client's address in canonical form: the socket's, or behind trusted proxies what the last of them forwarded.
 * Where that is no address, the proxy that forwarded it is the client. The only reader of Fastify's `request.ip`.
 */
export function clientAddress({ ip, ips }: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  const known = (ips ?? [ip]).map((hop: string | undefined) => canonicalAddress(hop ?? ''));
  // A socket that was closed meanwhile has none.
  return known.findLast((address) => address !== null) ?? 'unknown';
}

/** Tells for Fastify whether a hop is one of these proxies. @param ranges addresses and CIDR ranges */
export function proxyTrust(ranges: readonly string[]): (hop: string) => boolean {
  const proxies = ranges.map(parseNetwork).filter((network) => network !== null);
  return (hop) => {
    const address = parseHop(hop);
    return address !== null && isInNetworks(address, proxies);
  };
}
