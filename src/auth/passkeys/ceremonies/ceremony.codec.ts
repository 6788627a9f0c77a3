import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../../platform/config/keyring';
import { TokenSigner } from '../../../platform/signing/token-signer';

/** What the answer of an authenticator is for. `first-registration`: of an account that has no user handle yet. */
export const CEREMONY_KINDS = ['registration', 'first-registration', 'login', 'second-factor', 'step-up'] as const;

/** What the answer of an authenticator is for. */
export type CeremonyKind = (typeof CEREMONY_KINDS)[number];

/** One question to an authenticator. */
export interface CeremonyContent {
  /** Random; a spent ceremony is known by it. */
  readonly id: string;
  readonly kind: CeremonyKind;
  /** The account, session or challenge that it is for; the nil UUID for none. */
  readonly subject: string;
  /** In epoch milliseconds. */
  readonly expiresAt: number;
}

/** What is derived from a ceremony token. */
export type CeremonyDerivative = 'challenge' | 'user-handle';

const [KIND_BYTES, ID_BYTES, TIME_BYTES] = [1, 16, 6] as const;

/**
 * Ceremony tokens: `lkw_` and the base64url of kind (1 byte), subject and id (16 bytes each), expiry (6 bytes) and an
 * HMAC-SHA-256 over all of it (32 bytes).
 */
@Injectable()
export class CeremonyCodec {
  private readonly tokens: TokenSigner;

  constructor(keyring: Keyring) {
    const length = KIND_BYTES + 2 * ID_BYTES + TIME_BYTES;
    this.tokens = new TokenSigner(keyring, { purpose: 'ceremony-token', prefix: 'lkw_', length });
  }

  encode({ kind, subject, id, expiresAt }: CeremonyContent): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUIntBE(expiresAt, 0, TIME_BYTES);
    return this.tokens.sign(Buffer.concat([Buffer.of(CEREMONY_KINDS.indexOf(kind)), parse(subject), parse(id), time]));
  }

  /** @returns null unless the token is exactly one that we signed */
  decode(token: string): CeremonyContent | null {
    const content = this.tokens.verify(token);
    const kind = content && CEREMONY_KINDS[content[0] ?? CEREMONY_KINDS.length];
    if (!content || !kind) return null;
    const at = (index: number) => KIND_BYTES + index * ID_BYTES;
    return {
      kind,
      subject: stringify(content.subarray(at(0), at(1))),
      id: stringify(content.subarray(at(1), at(2))),
      expiresAt: content.readUIntBE(at(2), TIME_BYTES),
    };
  }

  /**
   * 32 bytes that are unpredictable before the token is issued, so that nothing is stored for it: the token has a random id
   * and a MAC. They do not depend on the current secret, which may be replaced within the ceremony.
   */
  derive(token: string, derivative: CeremonyDerivative): Buffer {
    return createHmac('sha256', token).update(derivative).digest();
  }
}
