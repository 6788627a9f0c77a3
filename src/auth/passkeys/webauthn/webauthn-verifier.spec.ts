import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject, isoCBOR, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import fc from 'fast-check';
import { MailConfig } from '../../../platform/config/mail.config';
import { ServerConfig } from '../../../platform/config/server.config';
import { WebAuthnConfig } from '../../../platform/config/sign-in/webauthn.config';
import { OwnAddress } from '../../../platform/http/own-address.service';
import { LinkBase } from '../../../platform/mail/link-base.service';
import { RelyingParty } from './relying-party.service';
import { WebAuthnVerifier } from './webauthn-verifier.service';

type Fields = Record<'clientDataJSON' | 'attestationObject' | 'authenticatorData' | 'signature', string>;
type Vector = { registration: Fields; assertion: Fields };

const SELF_ATTESTED = 'packed-self-es256';
const UNATTESTED = [
  'none-es256',
  'none-es256-crossOrigin',
  'none-es256-topOrigin',
  'none-es256-long-credential-id',
] as const;
/** Those with keys of algorithms that we offer, and the others. */
const OFFERED = [
  ...(['packed-es256', 'packed-rs256', 'packed-eddsa'] as const),
  ...(['tpm-es256', 'android-key-es256', 'apple-es256', 'fido-u2f-es256'] as const),
] as const;
const NOT_OFFERED = ['packed-es384', 'packed-es512', 'packed-ed448'] as const;
const ATTESTED = [...OFFERED, ...NOT_OFFERED] as const;

type Name = typeof SELF_ATTESTED | (typeof UNATTESTED | typeof ATTESTED)[number];
const ALL: readonly Name[] = [...UNATTESTED, SELF_ATTESTED, ...ATTESTED];
const VECTORS = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as Record<Name, Vector> & {
  attestationCa: string;
};

const partyOf = (env: Record<string, string>) =>
  new RelyingParty(
    new WebAuthnConfig(env),
    new LinkBase(new MailConfig(env), new OwnAddress(new ServerConfig(env), {})),
  );

const verifier = new WebAuthnVerifier(
  partyOf({ WEBAUTHN_RP_ID: 'example.org', WEBAUTHN_ORIGINS: 'https://example.org' }),
);

const inBytes = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([key, hex]) => [key, Buffer.from(hex, 'hex')])) as Record<
    keyof Fields,
    Buffer<ArrayBuffer>
  >;

/** What an attestation object holds. */
function partsOf(attestationObject: Buffer<ArrayBuffer>) {
  const object = decodeAttestationObject(attestationObject);
  const authData = object.get('authData');
  const { credentialID, credentialPublicKey, flags, rpIdHash } = parseAuthenticatorData(authData);
  if (!credentialID || !credentialPublicKey) throw new Error('The vector has no credential');
  const [format, statement] = [object.get('fmt'), object.get('attStmt')];
  return { format, statement, authData, id: credentialID, publicKey: credentialPublicKey, flags, rpIdHash };
}

/** The answers of a vector, as a browser sends them. */
function answersOf(name: Name) {
  const inBase64url = (fields: Record<string, Uint8Array>) => {
    const entries = Object.entries(fields).map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64url')]);
    return Object.fromEntries(entries) as Fields;
  };
  const challengeIn = ({ clientDataJSON }: { clientDataJSON: Buffer }) => {
    const { challenge } = JSON.parse(clientDataJSON.toString()) as { challenge: string };
    return Buffer.from(challenge, 'base64url');
  };
  const [registration, assertion] = [inBytes(VECTORS[name].registration), inBytes(VECTORS[name].assertion)];
  const parts = partsOf(registration.attestationObject);
  const id = Buffer.from(parts.id).toString('base64url');
  const credential = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const;
  const created = { ...credential, response: inBase64url(registration) };
  // The flag UV is in the 33rd byte. Where there is no attestation, nothing signs it.
  const authData = parts.authData.map((byte, index) => (index === 32 ? byte | 0x04 : byte));
  const none = new Map<string, string | Uint8Array | Map<string, string>>([['fmt', 'none']]);
  const attestationObject = isoCBOR.encode(none.set('attStmt', new Map()).set('authData', authData));
  return {
    created,
    /** The same credential without attestation, and with user verification. */
    unattested: { ...created, response: inBase64url({ ...registration, attestationObject }) },
    used: { ...credential, response: inBase64url(assertion) },
    challenges: { created: challengeIn(registration), used: challengeIn(assertion) },
    stored: {
      credentialId: id,
      publicKey: Buffer.from(parts.publicKey).toString('base64url'),
      isBackupEligible: parts.flags.be,
    },
    expected: { expectedOrigin: 'https://example.org', expectedRPID: 'example.org' },
    credential: { id, publicKey: parts.publicKey, counter: 0 },
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The algorithms of COSE, as node:crypto names them. */
const KEYS = new Map([
  [-7, { kty: 'EC', crv: 'P-256', hash: 'sha256' }],
  [-8, { kty: 'OKP', crv: 'Ed25519', hash: null }],
  [-35, { kty: 'EC', crv: 'P-384', hash: 'sha384' }],
  [-36, { kty: 'EC', crv: 'P-521', hash: 'sha512' }],
  [-53, { kty: 'OKP', crv: 'Ed448', hash: null }],
  [-257, { kty: 'RSA', hash: 'sha256' }],
]);

/** A COSE key, as node:crypto takes it; of the library, only the reader of CBOR is used. */
function keyOf(publicKey: Uint8Array<ArrayBuffer>) {
  const cose = isoCBOR.decodeFirst<Map<number, number | Uint8Array>>(publicKey);
  const bytes = (label: number) => {
    const value = cose.get(label);
    return typeof value === 'object' ? Buffer.from(value) : Buffer.of();
  };
  const [n, x, y] = [bytes(-1), bytes(-2), bytes(-3)];
  const { hash = null, ...form } = KEYS.get(Number(cose.get(3))) ?? {};
  const text = { n: n.toString('base64url'), x: x.toString('base64url'), y: y.toString('base64url') };
  return { hash, x, y, key: createPublicKey({ format: 'jwk', key: { ...form, ...text, e: text.x } }) };
}

/** Whether the key of a vector's registration has signed its assertion. */
function isSigned(name: Name): boolean {
  const { authenticatorData, clientDataJSON, signature } = inBytes(VECTORS[name].assertion);
  const { hash, key } = keyOf(partsOf(inBytes(VECTORS[name].registration).attestationObject).publicKey);
  return verify(hash, Buffer.concat([authenticatorData, sha256(clientDataJSON)]), key, signature);
}

/** Whether a vector's attestation is right (WebAuthn L3, 8.2 to 8.8), by a certificate of the vectors' authority. */
function isAttested(name: (typeof ATTESTED)[number]): boolean {
  const { clientDataJSON, attestationObject } = inBytes(VECTORS[name].registration);
  const { format, statement, authData, id, publicKey, rpIdHash } = partsOf(attestationObject);
  const { key, x, y } = keyOf(publicKey);
  const bytes = (value: Uint8Array = Buffer.of()) => Buffer.from(value);
  const [certInfo, pubArea] = [bytes(statement.get('certInfo')), bytes(statement.get('pubArea'))];
  const certificate = new X509Certificate(bytes(statement.get('x5c')?.[0]));
  const hash = sha256(clientDataJSON);
  const data = Buffer.concat([authData, hash]);
  const signs = (signed: Buffer) => verify('sha256', signed, certificate.publicKey, bytes(statement.get('sig')));
  const isIn = (whole: Buffer, ...parts: Buffer[]) => parts.every((part) => whole.includes(part));
  const isOfCredential = certificate.publicKey.equals(key);
  const proofs: Record<string, () => boolean> = {
    packed: () => signs(data),
    tpm: () => signs(certInfo) && isIn(certInfo, sha256(data), sha256(pubArea)) && isIn(pubArea, x, y),
    'android-key': () => signs(data) && isOfCredential && isIn(certificate.raw, hash),
    apple: () => isOfCredential && isIn(certificate.raw, sha256(data)),
    'fido-u2f': () => signs(Buffer.concat([Buffer.of(0), rpIdHash, hash, id, Buffer.of(4), x, y])),
  };
  const { publicKey: authority } = new X509Certificate(Buffer.from(VECTORS.attestationCa, 'hex'));
  return certificate.verify(authority) && (proofs[format]?.() ?? false);
}

describe('the test vectors of WebAuthn', () => {
  it.each(ALL)('%s is right: its key has signed its assertion', (name) => {
    expect(isSigned(name)).toBe(true);
  });

  it.each(ATTESTED)('%s is right: its certificate attests it', (name) => {
    expect(isAttested(name)).toBe(true);
  });

  it.each(ALL.filter((name) => /^(none|packed)-/.test(name)))(
    '%s is right: the library takes its registration, without our rules',
    async (name) => {
      const { created, challenges, expected } = answersOf(name);
      const { verified } = await verifyRegistrationResponse({
        ...{ response: created, ...expected, requireUserVerification: false },
        expectedChallenge: challenges.created.toString('base64url'),
        supportedAlgorithmIDs: [...KEYS.keys()],
      });
      expect(verified).toBe(true);
    },
  );

  it('self attestation with user verification is taken, and its key verifies the signature of its assertion', async () => {
    const { created, challenges, stored, used, expected, credential } = answersOf('packed-self-es256');
    expect(await verifier.registration(created, challenges.created)).toEqual({
      ...stored,
      signCount: 0,
      transports: [],
      isBackedUp: true,
      aaguid: 'df850e09-db6a-fbdf-ab51-697791506cfc',
    });
    const { verified } = await verifyAuthenticationResponse({
      ...{ response: used, credential, ...expected, requireUserVerification: false },
      expectedChallenge: challenges.used.toString('base64url'),
    });
    expect(verified).toBe(true);
  });

  it.each(['none-es256-long-credential-id', 'packed-es256', 'tpm-es256'] as const)(
    'the assertion of %s, with user verification, is taken',
    async (name) => {
      const { used, challenges, stored } = answersOf(name);
      const isBackedUp = false;
      expect(await verifier.assertion(used, challenges.used, stored)).toEqual({ signCount: 0, isBackedUp });
      // A signature over anything else is not.
      expect(await verifier.assertion(used, challenges.created, stored)).toBeNull();
    },
  );

  it.each(ATTESTED)(
    'P6 the registration of %s, attested by a certificate that would have to be trusted, is refused',
    async (name) => {
      const { created, challenges } = answersOf(name);
      expect(await verifier.registration(created, challenges.created)).toBeNull();
    },
  );

  it.each(OFFERED)(
    'P6 without its attestation, and with user verification, the registration of %s is taken',
    async (name) => {
      const { unattested, challenges, stored } = answersOf(name);
      expect(await verifier.registration(unattested, challenges.created)).toMatchObject(stored);
    },
  );

  it.each(NOT_OFFERED)(
    'P6 without its attestation, and with user verification, the registration of %s is refused for its algorithm',
    async (name) => {
      const { unattested, challenges } = answersOf(name);
      expect(await verifier.registration(unattested, challenges.created)).toBeNull();
    },
  );

  it('the assertion of packed-es384 would be taken: only registrations judge algorithms', async () => {
    const { used, challenges, stored } = answersOf('packed-es384');
    expect(await verifier.assertion(used, challenges.used, stored)).toEqual({ signCount: 0, isBackedUp: false });
  });

  it('the assertion of packed-ed448, whose algorithm the library does not know, is refused', async () => {
    const { used, challenges, stored } = answersOf('packed-ed448');
    expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
  });

  it('P2 the registration of none-es256-long-credential-id, without user verification, is refused', async () => {
    const { created, challenges } = answersOf('none-es256-long-credential-id');
    expect(await verifier.registration(created, challenges.created)).toBeNull();
  });

  it.each([
    ...(['none-es256', 'packed-self-es256', 'packed-es512', 'packed-rs256', 'packed-eddsa'] as const),
    ...(['android-key-es256', 'apple-es256', 'fido-u2f-es256'] as const),
  ])('P2 the assertion of %s, without user verification, is refused', async (name) => {
    const { used, challenges, stored } = answersOf(name);
    expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
  });

  it('P3 with crossOrigin and without topOrigin, both answers are refused, which the library takes', async () => {
    const { created, used, challenges, stored, expected, credential } = answersOf('none-es256-crossOrigin');
    const { verified } = await verifyAuthenticationResponse({
      ...{ response: used, credential, ...expected },
      expectedChallenge: challenges.used.toString('base64url'),
    });
    expect(verified).toBe(true);
    expect(await verifier.registration(created, challenges.created)).toBeNull();
    expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
  });

  it('P3 with topOrigin, both answers are refused, of which the library takes the registration', async () => {
    const { created, used, challenges, stored } = answersOf('none-es256-topOrigin');
    expect(await verifier.registration(created, challenges.created)).toBeNull();
    expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
  });
});

describe('an answer', () => {
  it('of any bytes whatsoever is refused without an error', async () => {
    const { created, used, challenges, stored } = answersOf('packed-self-es256');
    const bytes = fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw).toString('base64url'));
    const field = <T extends string>(...names: T[]) => fc.constantFrom(...names);
    await fc.assert(
      fc.asyncProperty(
        bytes,
        field('clientDataJSON', 'attestationObject'),
        field('clientDataJSON', 'authenticatorData', 'signature'),
        async (text, one, other) => {
          const made = { ...created, response: { ...created.response, [one]: text } };
          expect(await verifier.registration(made, challenges.created)).toBeNull();
          const signed = { ...used, response: { ...used.response, [other]: text } };
          expect(await verifier.assertion(signed, challenges.used, stored)).toBeNull();
        },
      ),
    );
  });
});

describe('the relying party', () => {
  it.each([
    [{}, 'localhost', ['http://localhost:3000']],
    [{ LINK_BASE_URL: 'https://app.example.com/account' }, 'app.example.com', ['https://app.example.com']],
    [
      { WEBAUTHN_RP_ID: 'example.com', LINK_BASE_URL: 'https://app.example.com' },
      'example.com',
      ['https://app.example.com'],
    ],
    [
      { WEBAUTHN_ORIGINS: 'https://a.example,https://b.a.example' },
      'a.example',
      ['https://a.example', 'https://b.a.example'],
    ],
  ])('of %j is %s, on pages of %j', (env, id, origins) => {
    const party = partyOf(env);
    expect([party.id, party.origins]).toEqual([id, origins]);
  });
});
