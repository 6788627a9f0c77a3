import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** An address as proxies forward it: some put brackets around it, and a port behind it. */
const FORWARDED = /^(?:\[(?<bracketed>[^\]]*)\](?::\d{1,5})?|(?<dotted>[\d.]+):\d{1,5})$/;

/** Bits of ::ffff:0:0/96, the IPv4 addresses mapped into IPv6. */
const MAPPED_BITS = 96;

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/**
 * An address in its canonical form (RFC 5952), without a port or zone; IPv4 also where it is mapped into IPv6.
 * @returns null for text that is no address
 */
export function canonicalAddress(text: string): string | null {
  const { bracketed, dotted } = FORWARDED.exec(text)?.groups ?? {};
  const [address = ''] = (bracketed ?? dotted ?? text).split('%', 1);
  return isIP(address) === 0 ? null : ipaddr.process(address).toString();
}

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
  const proxies = new BlockList();
  for (const range of ranges) {
    const [given = '', bits] = range.split('/');
    const address = canonicalAddress(given) ?? given;
    const isMapped = familyOf(address) !== familyOf(given);
    if (bits === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(bits) - (isMapped ? MAPPED_BITS : 0), familyOf(address));
  }
  return (hop) => {
    const address = canonicalAddress(hop);
    return address !== null && proxies.check(address, familyOf(address));
  };
}
