import { Injectable } from '@nestjs/common';
import { Keyring } from '../config/keyring';
import { DomainError } from '../problems/domain-error';
import { TokenSigner } from '../signing/token-signer';

/** The sort key of a row, after which the next keyset page continues. */
export type SortKey = readonly (string | number | boolean | null)[];

/** The cursor was forged, or made for another list. */
export const invalidCursor = () =>
  new DomainError('invalid_cursor', 'The cursor was not made for this list.', {
    errors: [{ pointer: '/cursor', message: 'must be a nextCursor of this list' }],
  });

/**
 * Cursors: the sort key of the last row, signed together with the list and the caller, so that forged cursors and those
 * of other callers are refused. Base64url of a 128-bit MAC and JSON.
 */
@Injectable()
export class CursorCodec {
  private readonly tokens: TokenSigner;

  constructor(keyring: Keyring) {
    this.tokens = new TokenSigner(keyring, { purpose: 'cursor', macBytes: 16 });
  }

  /** @param scope the list and its filter, such as `notes:` and the owner's id */
  encode(scope: string, key: SortKey): string {
    return this.tokens.sign(Buffer.from(JSON.stringify(key)), scope);
  }

  /** @throws DomainError `invalid_cursor` when it was not signed for this scope */
  decode(scope: string, cursor: string): SortKey {
    const key = this.tokens.verify(cursor, scope);
    if (!key) throw invalidCursor();
    return JSON.parse(key.toString()) as SortKey;
  }
}
