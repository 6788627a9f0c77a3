import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AccessTokenAlgorithm, AuthConfig } from '../../platform/config/auth.config';
import { Keyring } from '../../platform/config/keyring';
import { SigningKeySet } from '../signing-keys/signing-key-set.service';

/** Purpose of the keyring keys for access tokens. */
const PURPOSE = 'access-token';

/** A key that signs access tokens. */
export interface AccessTokenKey {
  readonly kid: string;
  readonly algorithm: AccessTokenAlgorithm;
  readonly key: KeyObject;
}

/**
 * The keys of access tokens: with HS256 of the keyring, with ES256 of the database. The configured algorithm signs. Both
 * verify, so that a change of the algorithm logs nobody out, each with keys of its own (RFC 8725, 3.1).
 */
@Injectable()
export class AccessTokenKeys {
  private readonly secrets: ReadonlyMap<string, KeyObject>;

  constructor(
    private readonly config: AuthConfig,
    private readonly keyring: Keyring,
    private readonly pairs: SigningKeySet,
  ) {
    // Key objects, because jsonwebtoken would first try to parse a string as a public key, which takes 289 us per token
    // on Node 20.
    this.secrets = new Map(keyring.all(PURPOSE).map(({ id, key }) => [id, key]));
  }

  /** The key for new tokens. @throws DomainError `overloaded` */
  signing(): AccessTokenKey {
    if (this.config.accessTokenAlgorithm === 'HS256') {
      const { id, key } = this.keyring.signing(PURPOSE);
      return { kid: id, algorithm: 'HS256', key };
    }
    const { kid, privateKey } = this.pairs.signing();
    return { kid, algorithm: 'ES256', key: privateKey };
  }

  /** The key that verifies tokens with these header parameters, if there is one. */
  async verifying(kid: string, algorithm: string): Promise<KeyObject | undefined> {
    if (algorithm === 'HS256') return this.secrets.get(kid);
    return algorithm === 'ES256' ? (await this.pairs.find(kid))?.publicKey : undefined;
  }
}
