import Bowser from 'bowser';
import { parseAddress } from '../../platform/addresses/ip-address';

/** Every name that may be shown. The parser returns a part of the User-Agent as the name of what it does not know. */
const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));

/**
 * What a client calls itself, as a browser and a system: `Firefox on Linux`. Never a text of the sender's, who can write
 * anything into a User-Agent and have it mailed.
 * @returns an empty text when neither is known
 */
export function deviceName(userAgent: string): string {
  if (userAgent === '') return '';
  const { browser, os } = Bowser.parse(userAgent);
  const isKnown = (name: string | undefined, known: ReadonlySet<string>) => name !== undefined && known.has(name);
  return [isKnown(browser.name, BROWSERS) && browser.name, isKnown(os.name, SYSTEMS) && os.name]
    .filter((name) => typeof name === 'string')
    .join(' on ');
}

/** An IP address, and nothing else that a proxy may have passed on as one. */
export const addressName = (address: string): string => (parseAddress(address) === null ? 'unknown' : address);
