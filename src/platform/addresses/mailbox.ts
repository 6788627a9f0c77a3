import { domainToASCII, domainToUnicode } from 'node:url';
import { isEmail } from 'class-validator';

/** An email address in the forms that are stored, compared and mailed. */
export interface Mailbox {
  /** As its owner writes it, in NFC. */
  readonly text: string;
  /** Case-insensitive, with its domain in Unicode: equal for texts that name the same mailbox. */
  readonly key: string;
  /** The form sent to the mail server: with an ASCII domain, unless the local part needs SMTPUTF8 anyway (RFC 6531). */
  readonly envelope: string;
}

/** Lowercase NFC, for case-insensitive comparison. */
export const caseless = (text: string): string => text.normalize('NFC').toLowerCase();

/** Letters, digits and marks of RFC 8264's IdentifierClass, plus the printable ASCII of a dot-atom (RFC 5321). */
const CHARACTERS = /^[\p{L}\p{M}\p{Nd}.!#$%&'*+/=?^_`{|}~@-]+$/u;

/**
 * Characters that this class excludes: invisible characters, conjoining jamo, and its exceptions (RFC 8264, 9.6 and
 * 9.9).
 */
const DISALLOWED =
  /[\p{Default_Ignorable_Code_Point}\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7FB\u0640\u07FA\u3031-\u3035\u303B]|\u302E|\u302F/u;

/** Combining marks without a script of their own that NFC did not compose: the result looks like another letter. */
const LOOSE_MARK = /\p{Script=Inherited}/u;

/** A combining mark without a base character. */
const LEADING_MARK = /(?:^|[.@])\p{M}/u;

const ASCII = /^[\x21-\x7E]*$/;

/** Longest address that a mail server accepts, in octets (RFC 5321, 4.5.3.1.3). */
const MAX_OCTETS = 254;

const isStable = (character: string) => character.normalize('NFKC') === character;

/** The parts before and after the last `@`. */
function split(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
}

const hasGoodCharacters = (given: string, text: string) =>
  Array.from(given).every(isStable) &&
  CHARACTERS.test(text) &&
  [DISALLOWED, LOOSE_MARK, LEADING_MARK].every((fault) => !fault.test(text));

/**
 * The single definition of an email address: all code that counts, compares, stores or mails one calls it first. A
 * local part is a dot-atom of ASCII (RFC 5321) or of the letters, digits and marks of RFC 8264's IdentifierClass (RFC
 * 6531); a domain is one that IDNA leaves unchanged. Nothing is trimmed, and nothing is mapped except to NFC.
 * @returns null for anything that is not an address
 */
export function readMailbox(given: string): Mailbox | null {
  const text = given.normalize('NFC');
  // Quoted local parts are refused because programs parse them differently.
  if (!isEmail(text, { blacklisted_chars: '"' }) || !hasGoodCharacters(given, text)) return null;
  const [local, written] = split(text);
  const domain = written.toLowerCase();
  const ascii = domainToASCII(written);
  const unicode = domainToUnicode(ascii);
  // Mail servers get the domain in ASCII. A domain that changes in this conversion is not what its owner wrote.
  if (ascii === '' || (domain !== ascii && domain !== unicode) || !hasGoodCharacters(unicode, unicode)) return null;
  const lowered = local.toLowerCase();
  // Lowercasing İ adds a combining dot, which NFC reorders with the marks after it: two texts would get one key.
  if (lowered.normalize('NFC') !== lowered) return null;
  const key = `${lowered}@${unicode}`;
  const envelope = envelopeOf(text);
  return Buffer.byteLength(envelope) <= MAX_OCTETS ? { text, key, envelope } : null;
}

/**
 * The key by which an address is unique, looked up and counted. Text that is not an address, such as one valid under
 * earlier rules, has a key too.
 */
export const addressKey = (text: string): string => readMailbox(text)?.key ?? caseless(text);

/** An address in the form for a mail server, including one accepted under earlier rules. */
export function envelopeOf(address: string): string {
  const [local, domain] = split(address);
  const ascii = domainToASCII(domain);
  return `${local}@${(ASCII.test(local) ? ascii : domainToUnicode(ascii)) || domain}`;
}
