import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

/** A key pair and its name in tokens. */
export interface KeyPair {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new key pair for ES256, on the only curve that it allows: P-256 (RFC 7518, 3.4). */
export const newKeyPair = (): Promise<KeyPair> => named(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

/** The private half in PKCS #8. */
export const serialize = ({ privateKey }: KeyPair): Buffer => privateKey.export({ type: 'pkcs8', format: 'der' });

/** The pair of a private half in PKCS #8. */
export const deserialize = (pkcs8: Buffer): Promise<KeyPair> =>
  named(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));

/** The name of a public key: its JWK thumbprint, SHA-256 in base64url (RFC 7638). */
export const thumbprint = (publicKey: KeyObject): Promise<string> =>
  calculateJwkThumbprint({ ...publicKey.export({ format: 'jwk' }) });

async function named(privateKey: KeyObject): Promise<KeyPair> {
  const publicKey = createPublicKey(privateKey);
  return { kid: await thumbprint(publicKey), privateKey, publicKey };
}
