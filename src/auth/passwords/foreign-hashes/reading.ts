/** Whether a password, as bcrypt takes it, is that of a bcrypt hash. */
export type BcryptCompare = (password: Buffer, stored: string) => Promise<boolean>;

/** Whether these bytes are the password of one hash; costs what the hash says, within the bounds it was read with. */
export type Check = (password: Buffer, compare: BcryptCompare) => Promise<boolean>;

/** What became of reading a hash: how to check passwords against it, or why that is refused, to go behind "The hash". */
export type Reading = { check: Check } | { refusal: string };

/** Reads the hashes of one system; null for text that is none of its. Computes nothing, so hostile text costs nothing. */
export type HashReader = (text: string) => Reading | null;

/** A salt that is used as the text it is: printable ASCII but `$`, which separates; no system makes them longer. */
export const TEXT_SALT = '(?<salt>[!-#%-~]{1,128})';

/** A whole number without sign or leading zero, short enough to be exact. */
export const NUMBER = '[1-9]\\d{0,9}';

/** @returns the bytes, or null unless the text is exactly what encodes them; padding counts when it is there */
export function exactBytes(text: string, encoding: 'hex' | 'base64'): Buffer | null {
  const bytes = Buffer.from(text, encoding);
  const encoded = bytes.toString(encoding);
  return encoded === text || encoded.replace(/=+$/, '') === text ? bytes : null;
}
