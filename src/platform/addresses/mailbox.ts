import { domainToASCII, domainToUnicode } from 'node:url';
import { isEmail } from 'class-validator';

/** An email address in the forms in which it is kept, compared and mailed. */
export interface Mailbox {
  /** As its owner writes it, in NFC. */
  readonly text: string;
  /** Without regard to case, its domain in Unicode: equal for texts that name one mailbox. */
  readonly key: string;
  /** As the mail server gets it: with an ASCII domain, unless the local part needs SMTPUTF8 anyway (RFC 6531). */
  readonly envelope: string;
}

/** Without regard to case, and with one way to write each letter. */
export const caseless = (text: string): string => text.normalize('NFC').toLowerCase();

/** Letters, digits and marks of RFC 8264's IdentifierClass, besides the printable ASCII of a dot-atom (RFC 5321). */
const CHARACTERS = /^[\p{L}\p{M}\p{Nd}.!#$%&'*+/=?^_`{|}~@-]+$/u;

/** What that class leaves out: invisible characters, conjoining jamo, and its exceptions (RFC 8264, 9.6 and 9.9). */
const DISALLOWED =
  /[\p{Default_Ignorable_Code_Point}\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7FB\u0640\u07FA\u3031-\u3035\u303B]|\u302E|\u302F/u;

/** Marks of no script of their own that NFC did not compose: what they make looks like another letter. */
const LOOSE_MARK = /\p{Script=Inherited}/u;

/** A mark with nothing to stand on. */
const LEADING_MARK = /(?:^|[.@])\p{M}/u;

const ASCII = /^[\x21-\x7E]*$/;

/** Longest address that a mail server takes, in octets (RFC 5321, 4.5.3.1.3). */
const MAX_OCTETS = 254;

const isStable = (character: string) => character.normalize('NFKC') === character;

/** What stands before the last `@`, and behind it. */
function split(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
}

const hasGoodCharacters = (given: string, text: string) =>
  Array.from(given).every(isStable) &&
  CHARACTERS.test(text) &&
  [DISALLOWED, LOOSE_MARK, LEADING_MARK].every((fault) => !fault.test(text));

/**
 * The one place that says what an email address is: what counts, compares, stores or mails one asks here first. A local
 * part is a dot-atom of ASCII (RFC 5321) or of the letters, digits and marks of RFC 8264's IdentifierClass (RFC 6531); a
 * domain is one that IDNA leaves as it is. Nothing is trimmed, and nothing is mapped but to NFC.
 * @returns null for what is no address
 */
export function readMailbox(given: string): Mailbox | null {
  const text = given.normalize('NFC');
  // Quoted local parts are refused, as programs read them in different ways.
  if (!isEmail(text, { blacklisted_chars: '"' }) || !hasGoodCharacters(given, text)) return null;
  const [local, written] = split(text);
  const domain = written.toLowerCase();
  const ascii = domainToASCII(written);
  const unicode = domainToUnicode(ascii);
  // Mail servers get the domain in ASCII; one that becomes another one on the way there is not what its owner wrote.
  if (ascii === '' || (domain !== ascii && domain !== unicode) || !hasGoodCharacters(unicode, unicode)) return null;
  const lowered = local.toLowerCase();
  // Lower case puts a dot of its own on İ, which then changes places with the marks behind it: two texts, one key.
  if (lowered.normalize('NFC') !== lowered) return null;
  const key = `${lowered}@${unicode}`;
  const envelope = envelopeOf(text);
  return Buffer.byteLength(envelope) <= MAX_OCTETS ? { text, key, envelope } : null;
}

/** Under which an address is unique, looked up and counted. What is no address, such as one of former rules, has a key too. */
export const addressKey = (text: string): string => readMailbox(text)?.key ?? caseless(text);

/** The text of an address for a mail server, also of one that was taken under former rules. */
export function envelopeOf(address: string): string {
  const [local, domain] = split(address);
  const ascii = domainToASCII(domain);
  return `${local}@${(ASCII.test(local) ? ascii : domainToUnicode(ascii)) || domain}`;
}
