import ipaddr from 'ipaddr.js';

const { IPv4, IPv6 } = ipaddr;

/** An IP address; never an IPv4 address that is mapped into IPv6. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * All addresses that begin with the same bits; IPv4 as mapped addresses (RFC 4291, 2.5.5.2), so that one comparison
 * suffices.
 */
export type IpNetwork = [base: ipaddr.IPv6, bits: number];

/** Bits of ::ffff:0:0/96, the IPv4 addresses mapped into IPv6. */
const MAPPED_BITS = 96;

/** The four decimal numbers at the end of an IPv6 address. */
const DOTTED_END = /:(?<ipv4>[^:]*\.[^:]*)$/;

/** @returns null unless the text is an IPv4 address in four decimal numbers, or an IPv6 address, mapped or not */
function read(text: string): IpAddress | null {
  if (!text.includes(':')) return IPv4.isValidFourPartDecimal(text) ? IPv4.parse(text) : null;
  const { ipv4 } = DOTTED_END.exec(text)?.groups ?? {};
  // The library also accepts numbers with leading zeros, which other parsers read as octal.
  if (ipv4 !== undefined && !IPv4.isValidFourPartDecimal(ipv4)) return null;
  return IPv6.isValid(text) ? IPv6.parse(text) : null;
}

const mapped = (address: IpAddress): ipaddr.IPv6 => (address instanceof IPv4 ? address.toIPv4MappedAddress() : address);

/**
 * Parses an address without its IPv6 zone. `toString()` gives the canonical form (RFC 5952).
 * @returns null for anything else, such as an IPv4 address in octal, in hexadecimal or with fewer than four parts
 */
export function parseAddress(text: string): IpAddress | null {
  const address = read(text.replace(/%.*/s, ''));
  return address instanceof IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Parses a CIDR range (RFC 4632, RFC 4291), or an address as a network of one. @returns null for any other text */
export function parseNetwork(text: string): IpNetwork | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const base = read(address);
  if (!base || rest.length > 0) return null;
  const most = base instanceof IPv4 ? 32 : 128;
  // Uses the same parser as for addresses: the library's range parser accepts fewer forms.
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (!(bits <= most)) return null;
  return [mapped(base), base instanceof IPv4 ? MAPPED_BITS + bits : bits];
}

/** Whether an address is in one of these networks. */
export const isInNetworks = (address: IpAddress, networks: readonly IpNetwork[]): boolean =>
  networks.some((network) => mapped(address).match(network));

/** An address or host name as it appears in a URL: IPv6 in brackets (RFC 3986, 3.2.2). */
export const urlHost = (host: string): string => (read(host) instanceof IPv6 ? `[${host}]` : host);
