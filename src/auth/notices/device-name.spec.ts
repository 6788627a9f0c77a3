import Bowser from 'bowser';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character';
import { addressName, deviceName } from './device-name';

const VOCABULARY = new Set(['', 'on', ...Object.values(Bowser.BROWSER_MAP), ...Object.values(Bowser.OS_MAP)]);

/** Parts that the parser looks for, between any text. */
const part = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 20 }),
  fc.webUrl(),
  fc.constantFrom(
    'Mozilla/5.0',
    '(X11; Linux x86_64; ',
    'rv:120',
    ')',
    'Firefox/120.0',
    'Chrome/119 ',
    'Safari/5',
    '; ',
  ),
  fc.constantFrom(
    'iPhone',
    'Mac OS X 10_15',
    'Windows NT 10.0',
    'Android 14',
    'Version/17',
    'like Gecko',
    'MSIE ',
    '/',
  ),
  fc.constantFrom(
    'Googlebot',
    'Miui',
    'SlimerJS',
    'PlayStation 4',
    'opios',
    'Electron/',
    'CrOS',
    '\n',
    '__proto__/1 (',
  ),
);
const userAgent = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(' ').slice(0, 512));

describe('the name of a device', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      'Chrome on Windows',
    ],
    ['https://evil.example/win a prize', ''],
    ['Call-0900-123456/1.0 (Linux; click https://evil.example)', 'Linux'],
    ['', ''],
  ])('of %j is %j', (sent, shown) => {
    expect(deviceName(sent)).toBe(shown);
  });

  it('is never made of what the sender wrote', () => {
    fc.assert(
      fc.property(userAgent, (sent) => {
        for (const word of deviceName(sent).split(' on ')) expect(VOCABULARY).toContain(word);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('an address that is no IP address is not shown', () => {
  expect(['192.0.2.1', '2001:db8::1', 'https://evil.example', '192.0.2.1:80'].map(addressName)).toEqual([
    '192.0.2.1',
    '2001:db8::1',
    'unknown',
    'unknown',
  ]);
});
