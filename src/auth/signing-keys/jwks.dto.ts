import { ApiProperty } from '@nestjs/swagger';
import type { KeyPair } from './key-pair';

/** The public half of a signing key, as a JSON Web Key (RFC 7517). */
export class JwkDto {
  /** The key type; always `EC`. */
  @ApiProperty({ enum: ['EC'], example: 'EC' })
  kty!: 'EC';

  /** The curve; always `P-256`. */
  @ApiProperty({ enum: ['P-256'], example: 'P-256' })
  crv!: 'P-256';

  /** The x coordinate, in base64url. @example "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU" */
  x!: string;

  /** The y coordinate, in base64url. @example "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" */
  y!: string;

  /** The `kid` of its tokens: its thumbprint (RFC 7638). @example "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U" */
  kid!: string;

  /** What the key is for; always `sig`. */
  @ApiProperty({ enum: ['sig'], example: 'sig' })
  use!: 'sig';

  /** The algorithm of the signatures; always `ES256`. */
  @ApiProperty({ enum: ['ES256'], example: 'ES256' })
  alg!: 'ES256';

  static from({ kid, publicKey }: Pick<KeyPair, 'kid' | 'publicKey'>): JwkDto {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    return { kty: 'EC', crv: 'P-256', x, y, kid, use: 'sig', alg: 'ES256' };
  }
}

/** The public keys that verify access tokens, as a JSON Web Key Set (RFC 7517, 5). */
export class JwksDto {
  /** The keys; none where access tokens are signed with a shared secret (HS256). */
  keys!: JwkDto[];
}
