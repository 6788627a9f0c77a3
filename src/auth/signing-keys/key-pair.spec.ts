import { createPrivateKey, createPublicKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { JwkDto } from './jwks.dto';
import { deserialize, newKeyPair, serialize, thumbprint } from './key-pair';

/** The key of RFC 7638, 3.1. */
const RSA_KEY = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};

/** The key and the signature of RFC 7515, A.3. */
const EC_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
};
const SIGNED =
  'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';

const OPTIONS: jwt.VerifyOptions = { algorithms: ['ES256'], ignoreExpiration: true };

describe('a key pair', () => {
  it('K3 is named by its thumbprint, as in RFC 7638, 3.1', async () => {
    const key = createPublicKey({ key: RSA_KEY, format: 'jwk' });
    expect(await thumbprint(key)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('K3 verifies the signature of RFC 7515, A.3, and no altered one', () => {
    const key = createPublicKey({ key: EC_KEY, format: 'jwk' });
    expect(jwt.verify(SIGNED, key, OPTIONS)).toMatchObject({ iss: 'joe', 'http://example.com/is_root': true });
    const altered = SIGNED.replace('.DtEh', '.DtEi');
    expect(() => jwt.verify(altered, key, OPTIONS)).toThrow('invalid signature');
  });

  it('K3 signs with the key of RFC 7515, A.3, so that its public half verifies it', async () => {
    const pkcs8 = createPrivateKey({ key: EC_KEY, format: 'jwk' }).export({ type: 'pkcs8', format: 'der' });
    const pair = await deserialize(pkcs8);
    const token = jwt.sign({ iss: 'joe' }, pair.privateKey, { algorithm: 'ES256' });
    // R and S of 32 bytes each (RFC 7518, 3.4), not a DER sequence.
    expect(Buffer.from(token.split('.')[2] ?? '', 'base64url')).toHaveLength(64);
    expect(jwt.verify(token, createPublicKey({ key: EC_KEY, format: 'jwk' }), OPTIONS)).toMatchObject({ iss: 'joe' });
  });

  it('K3 publishes only the members of a public key', async () => {
    const pkcs8 = createPrivateKey({ key: EC_KEY, format: 'jwk' }).export({ type: 'pkcs8', format: 'der' });
    const { x, y } = EC_KEY;
    expect(JwkDto.from(await deserialize(pkcs8))).toEqual({
      ...{ kty: 'EC', crv: 'P-256', x, y, use: 'sig', alg: 'ES256' },
      kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U',
    });
  });

  it('is new each time, on P-256, and comes back as it was stored', async () => {
    const [one, other] = await Promise.all([newKeyPair(), newKeyPair()]);
    expect(one.kid).not.toBe(other.kid);
    expect(one.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const stored = await deserialize(serialize(one));
    expect(stored.kid).toBe(one.kid);
    expect(stored.privateKey.equals(one.privateKey)).toBe(true);
  });
});
