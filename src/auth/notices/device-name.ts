import Bowser from 'bowser';
import { parseAddress } from '../../platform/addresses/ip-address';

/** The allowed names. For unknown clients, the parser returns a part of the User-Agent as the name. */
const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));

/**
 * The browser and operating system of a client: `Firefox on Linux`. Never raw text from the User-Agent, because an
 * attacker could have anything mailed that way.
 * @returns an empty string when neither is known
 */
export function deviceName(userAgent: string): string {
  if (userAgent === '') return '';
  const { browser, os } = Bowser.parse(userAgent);
  const isKnown = (name: string | undefined, known: ReadonlySet<string>) => name !== undefined && known.has(name);
  return [isKnown(browser.name, BROWSERS) && browser.name, isKnown(os.name, SYSTEMS) && os.name]
    .filter((name) => typeof name === 'string')
    .join(' on ');
}

/** The IP address, or `unknown` for anything else that a proxy may have forwarded. */
export const addressName = (address: string): string => (parseAddress(address) === null ? 'unknown' : address);
