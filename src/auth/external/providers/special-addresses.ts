import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { parseAddress } from '../../../platform/addresses/ip-address';
import { ProviderFault } from './provider-errors';

/** Whether an address is none of the public Internet: private, link-local, loopback, reserved, ... ... */
const isSpecial = (address: string): boolean => parseAddress(address)?.range() !== 'unicast';

/** Whether a host of a URL is this machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || parseAddress(bare(hostname))?.range() === 'loopback';

/** An address in a URL, without the brackets of IPv6. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** @throws ProviderFault for a host of a URL that is a special address, for which nothing is looked up */
export function refuseSpecialHost(hostname: string): void {
  const host = bare(hostname);
  if (parseAddress(host) && isSpecial(host)) throw new ProviderFault(`${hostname} is not a public address`);
}

/** Looks a host up for a connection, and fails when one of its addresses is special. */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses;
    if (error || !first) done(error ?? new ProviderFault(`${hostname} has no address`), '');
    else if (addresses.some(({ address }) => isSpecial(address))) {
      done(new ProviderFault(`${hostname} has an address that is not public`), '');
    } else if (options.all === true) done(null, addresses);
    else done(null, first.address, first.family);
  });
};
