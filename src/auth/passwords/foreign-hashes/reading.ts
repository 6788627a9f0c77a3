/** Whether a password matches a bcrypt hash. */
export type BcryptCompare = (password: Buffer, stored: string) => Promise<boolean>;

/** Whether a password matches a hash; costs what the hash specifies, within the accepted bounds. */
export type Check = (password: Buffer, compare: BcryptCompare) => Promise<boolean>;

/** A parsed hash: how to check passwords against it, or why it is refused, to complete "The hash ...". */
export type Reading = { check: Check } | { refusal: string };

/** Parses the hashes of one system; null for other text. Computes nothing, so hostile text costs nothing. */
export type HashReader = (text: string) => Reading | null;

/** A salt that is used as text: printable ASCII except the separator `$`; no system has longer ones. */
export const TEXT_SALT = '(?<salt>[!-#%-~]{1,128})';

/** A whole number without sign or leading zero, short enough to be exact. */
export const NUMBER = '[1-9]\\d{0,9}';

/** @returns the bytes, or null unless the text is their exact encoding, with or without padding */
export function exactBytes(text: string, encoding: 'hex' | 'base64'): Buffer | null {
  const bytes = Buffer.from(text, encoding);
  const encoded = bytes.toString(encoding);
  return encoded === text || encoded.replace(/=+$/, '') === text ? bytes : null;
}
