import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring, type NamedKey } from '../config/keyring';
import { DomainError } from '../problems/domain-error';

/** The sort key of a row: what a keyset page continues after. */
export type SortKey = readonly (string | number | boolean | null)[];

/** A cursor that was not made by us, or for another list. */
export const invalidCursor = () =>
  new DomainError('invalid_cursor', 'The cursor was not made for this list.', {
    errors: [{ pointer: '/cursor', message: 'must be a nextCursor of this list' }],
  });

const MAC_BYTES = 16;
const PURPOSE = 'cursor';

/**
 * Cursors: the sort key of the last row, signed together with the list and the caller it was made for,
 * so that a forged or borrowed one is told apart from a real one. Base64url of a MAC of 128 bits and JSON.
 */
@Injectable()
export class CursorCodec {
  constructor(private readonly keyring: Keyring) {}

  /** @param scope names the list and its filter, such as `notes:` and the owner's id */
  encode(scope: string, key: SortKey): string {
    const body = Buffer.from(JSON.stringify(key));
    return Buffer.concat([mac(this.keyring.signing(PURPOSE), scope, body), body]).toString('base64url');
  }

  /** @throws DomainError `invalid_cursor` when it was not made for this scope by us */
  decode(scope: string, cursor: string): SortKey {
    const bytes = Buffer.from(cursor, 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    const given = bytes.subarray(0, MAC_BYTES);
    const genuine =
      bytes.length > MAC_BYTES &&
      bytes.toString('base64url') === cursor &&
      this.keyring.all(PURPOSE).some((key) => timingSafeEqual(mac(key, scope, body), given));
    if (!genuine) throw invalidCursor();
    return JSON.parse(body.toString()) as SortKey;
  }
}

function mac({ key }: NamedKey, scope: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(`${scope.length}:${scope}`).update(body).digest().subarray(0, MAC_BYTES);
}
