import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { anyCharacter } from '../../../test/support/any-character';
import { addressKey, caseless, readMailbox } from './mailbox';

/** Characters that programs read in different ways, between those that all read alike. */
const CHARACTERS = Array.from(
  [
    'abkKzZ09.-_+@\'"<>(),;: \t\r\n',
    'éÉßẞıİσςΣæøЖж日本한ไทยहिन्दीعربيעברי',
    '\u00A0\u00AD\u034F\u061C\u0640\u115F\u1680\u180E\u2000\u200B\u200C\u200D\u200E\u2028\u2029\u202A\u202E',
    '\u2060\u2066\u3000\u3002\u3164\uFE0F\uFEFF\uFF0E\uFF20\uFF21\uFF41\u212A\u212B\u2126\u0130\u0131',
    '\u0301\u0307\u0327\u0335\u0338\u093E\u1100\u1161\u{1D41A}\u{1F600}\u{E0041}',
  ].join(''),
);
const text = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 12 });
const anything = fc.oneof(text, fc.string({ unit: anyCharacter, maxLength: 12 }), fc.emailAddress());
const domain = fc.constantFrom('example.com', 'EXAMPLE.com', 'münchen.example', 'xn--mnchen-3ya.example');
const address = fc.oneof(
  fc.emailAddress(),
  anything,
  fc.tuple(text, domain).map((parts) => parts.join('@')),
  fc.tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), domain).map((parts) => parts.join('@')),
  fc.tuple(fc.constantFrom('a', 'é'), text).map(([local, host]) => `${local}@${host}.com`),
);
const accepted = address.filter((candidate) => readMailbox(candidate) !== null);

describe('an email address', () => {
  it.each([
    ['a line separator', '\u2028a@example.com'],
    ['an ideographic space', 'a@example.com\u3000'],
    ['a no-break space', 'a\u00A0b@example.com'],
    ['a right-to-left override', '\u202Ea@example.com'],
    ['a zero width space', 'a\u200Bb@example.com'],
    ['a zero width joiner', 'a\u200Db@example.com'],
    ['a soft hyphen', 'a\u00ADb@example.com'],
    ['a byte order mark', '\uFEFFa@example.com'],
    ['a variation selector', 'a\uFE0F@example.com'],
    ['a Hangul filler', 'a\u3164@example.com'],
    ['a Kelvin sign', '\u212Aelvin@example.com'],
    ['a Kelvin sign in its domain', 'kelvin@\u212Aelvin.com'],
    ['a fullwidth letter', '\uFF41@example.com'],
    ['a fullwidth at sign', 'a\uFF20example.com'],
    ['a mark that makes another letter', 'i\u0307@example.com'],
    ['an overlaid stroke', 'o\u0338@example.com'],
    ['a letter whose lower case is not in NFC', '\u0130\u094D@example.com'],
    ['a leading mark', '\u093Ea@example.com'],
    ['an emoji', '😀@example.com'],
    ['a domain that hides one in ASCII', 'a@xn--ls8h.example'],
    ['a domain that is another one in ASCII', 'a@stra\u1E9Ee.example'],
    ['a domain that is no IDNA', 'a@xn--abc.example'],
    [
      'more octets than a mail server takes',
      `${'a'.repeat(60)}@${'ü'.repeat(50)}.${'ü'.repeat(50)}.${'ü'.repeat(50)}.de`,
    ],
  ])('is not one with %s', (_, candidate) => {
    expect(readMailbox(candidate)).toBeNull();
  });

  it.each([
    ['Alice.B+tag@Example.com', 'alice.b+tag@example.com', 'Alice.B+tag@example.com'],
    ['a@MÜNCHEN.example', 'a@münchen.example', 'a@xn--mnchen-3ya.example'],
    ['a@xn--mnchen-3ya.example', 'a@münchen.example', 'a@xn--mnchen-3ya.example'],
    ['Jose\u0301@example.com', 'josé@example.com', 'José@example.com'],
    ['用户@例え.example', '用户@例え.example', '用户@例え.example'],
    ['हिन्दी@example.com', 'हिन्दी@example.com', 'हिन्दी@example.com'],
  ])('%s is one, with one key and one mailbox', (candidate, key, envelope) => {
    expect(readMailbox(candidate)).toEqual({ text: candidate.normalize('NFC'), key, envelope });
  });

  it('has at most the 254 octets that mail servers take, in which its domain is ASCII', () => {
    const withDomain = (octets: number) =>
      `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(octets)}.de`;
    expect(readMailbox(withDomain(58))?.envelope).toHaveLength(254);
    expect(readMailbox(withDomain(59))).toBeNull();
    expect(readMailbox(`${'é'.repeat(32)}@${withDomain(58).slice(65)}`)).not.toBeNull();
    expect(readMailbox(`${'é'.repeat(32)}@ü${withDomain(58).slice(66)}`)).toBeNull();
  });

  it('has a key that is its own key, and the key of the stored text', () => {
    fc.assert(
      fc.property(accepted, (candidate) => {
        const mailbox = readMailbox(candidate);
        const key = addressKey(candidate);
        expect([mailbox?.key, addressKey(key), readMailbox(mailbox?.text ?? '')]).toEqual([key, key, mailbox]);
        // The key that the database has of addresses from before domains were compared in Unicode.
        if (!candidate.toLowerCase().includes('@xn--')) expect(key).toBe(caseless(candidate));
      }),
      { numRuns: 2_000 },
    );
  });

  it('shares its key only with those that differ in case, or in how their domain is written', () => {
    const recased = accepted.chain((one) =>
      fc.tuple(fc.constant(one), fc.oneof(accepted, fc.mixedCase(fc.constant(one)), fc.constant(one.normalize('NFD')))),
    );
    const seen = ({ envelope }: { envelope: string }) => envelope.toLowerCase();
    fc.assert(
      fc.property(recased, ([one, other]) => {
        const [first, second] = [readMailbox(one), readMailbox(other)];
        if (!first || !second) return;
        expect(seen(first) === seen(second)).toBe(first.key === second.key);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the very mailbox that a message is sent to', async () => {
    const transport = createTransport({ streamTransport: true, buffer: true });
    await fc.assert(
      fc.asyncProperty(accepted, async (candidate) => {
        const mailbox = readMailbox(candidate);
        const to = { name: '', address: mailbox?.text ?? '' };
        const { envelope } = await transport.sendMail({ from: 'a@example.com', to, text: '' });
        expect(envelope.to).toEqual([mailbox?.envelope]);
      }),
      { numRuns: 500 },
    );
  });
});
