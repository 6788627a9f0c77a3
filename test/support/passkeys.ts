import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { Answer, Client } from './client';

/** What `POST /auth/passkeys/options` answers. */
export interface CreationCeremony {
  ceremony: string;
  publicKey: PublicKeyCredentialCreationOptionsJSON;
}

/** What the options of a login, a second factor or a step-up are. */
export interface RequestCeremony {
  ceremony: string;
  publicKey: PublicKeyCredentialRequestOptionsJSON;
}

/** What an answer says, right or wrong. */
export interface Claims {
  origin: string;
  type: string;
  challenge: string;
  rpId: string;
  /** More of the client data, such as `crossOrigin`. */
  clientData: Record<string, unknown>;
  isPresent: boolean;
  isVerified: boolean;
  isBackupEligible: boolean;
  isBackedUp: boolean;
  signCount: number;
  /** In base64url; null for none. */
  userHandle: string | null;
  /** The attestation statement and its format. */
  attestation: { fmt: string; attStmt: ReadonlyMap<string, string | number | Uint8Array> };
  clientExtensionResults: Record<string, unknown>;
  /** Changes the signature. */
  tamper: (signature: Buffer) => Buffer;
}

/** The kinds of keys, by their names in COSE. */
export type Algorithm = 'ES256' | 'EdDSA' | 'RS256' | 'ES384';

type CborMap = Map<string | number, unknown>;

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

const bytesOf = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64url'));

/** A body of a login, and of a second factor or a step-up within `passkey`. */
export interface PasskeyEvidence {
  ceremony: string;
  response: object;
}

/** A passkey in the hands of a test, which signs whatever it is told to. */
export class HandmadePasskey {
  private readonly privateKey: KeyObject;
  private readonly coseKey: CborMap;
  userHandle = randomBytes(32).toString('base64url');
  signCount = 0;
  /** What it claims where a call claims nothing else. */
  claims: Partial<Claims> = {};

  constructor(
    private readonly origin: string,
    private readonly algorithm: Algorithm = 'ES256',
    readonly id = randomBytes(32).toString('base64url'),
  ) {
    const { privateKey, publicKey } = keysOf(algorithm);
    this.privateKey = privateKey;
    this.coseKey = coseOf(publicKey.export({ format: 'jwk' }), algorithm);
  }

  /** A body that adds it to an account. */
  registration({ ceremony, publicKey }: CreationCeremony, claims: Partial<Claims> = {}) {
    this.userHandle = publicKey.user.id;
    const said = this.saying('webauthn.create', publicKey.challenge, publicKey.rp.id ?? '', claims);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const key = isoCBOR.encode(cbor(this.coseKey));
    const authData = Buffer.concat([authenticatorData(said, 0x40), Buffer.alloc(16), length, id, key]);
    const clientDataJSON = clientDataOf(said);
    const { fmt, attStmt } = said.attestation;
    const attestation = new Map<string, unknown>([
      ['fmt', fmt],
      ['attStmt', new Map(attStmt)],
      ['authData', new Uint8Array(authData)],
    ]);
    const attestationObject = Buffer.from(isoCBOR.encode(cbor(attestation))).toString('base64url');
    return {
      ceremony,
      response: {
        ...this.credential(said),
        response: { clientDataJSON: clientDataJSON.toString('base64url'), attestationObject, transports: ['internal'] },
      },
    };
  }

  /** A body that answers a login, a second factor or a step-up. */
  assertion({ ceremony, publicKey }: RequestCeremony, claims: Partial<Claims> = {}): PasskeyEvidence {
    this.signCount += this.claims.signCount === undefined ? 1 : 0;
    const said = this.saying('webauthn.get', publicKey.challenge, publicKey.rpId ?? '', claims);
    const clientDataJSON = clientDataOf(said);
    const authData = authenticatorData(said, 0);
    const signature = said.tamper(this.sign(Buffer.concat([authData, sha256(clientDataJSON)])));
    const response = {
      clientDataJSON: clientDataJSON.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      ...(said.userHandle !== null && { userHandle: said.userHandle }),
    };
    return { ceremony, response: { ...this.credential(said), response } };
  }

  /** The signature of a self-attestation, over another registration. */
  sign(data: Uint8Array): Buffer {
    return sign(
      this.algorithm === 'EdDSA' ? null : this.algorithm === 'ES384' ? 'sha384' : 'sha256',
      data,
      this.privateKey,
    );
  }

  private credential({ clientExtensionResults }: Claims) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults };
  }

  private saying(type: string, challenge: string, rpId: string, claims: Partial<Claims>): Claims {
    return {
      ...{ origin: this.origin, type, challenge, rpId, clientData: { crossOrigin: false } },
      ...{ isPresent: true, isVerified: true, isBackupEligible: false, isBackedUp: false },
      ...{ signCount: this.signCount, userHandle: this.userHandle, clientExtensionResults: {} },
      ...{ attestation: { fmt: 'none', attStmt: new Map() }, tamper: (signature: Buffer) => signature },
      ...this.claims,
      ...claims,
    };
  }
}

function keysOf(algorithm: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return generateKeyPairSync('ec', { namedCurve: algorithm === 'ES256' ? 'P-256' : 'P-384' });
}

/** RFC 9053, 7 and RFC 8230, 4. */
function coseOf({ x, y, n, e }: JsonWebKey, algorithm: Algorithm): CborMap {
  const ec = (alg: number, curve: number) =>
    new Map<number, unknown>([
      [1, 2],
      [3, alg],
      [-1, curve],
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ]);
  switch (algorithm) {
    case 'ES256':
      return ec(-7, 1);
    case 'ES384':
      return ec(-35, 2);
    case 'EdDSA':
      return new Map<number, unknown>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytesOf(x)],
      ]);
    case 'RS256':
      return new Map<number, unknown>([
        [1, 3],
        [3, -257],
        [-1, bytesOf(n)],
        [-2, bytesOf(e)],
      ]);
  }
}

const clientDataOf = ({ type, challenge, origin, clientData }: Claims) =>
  Buffer.from(JSON.stringify({ type, challenge, origin, ...clientData }));

function authenticatorData({ rpId, signCount, ...flags }: Claims, more: number): Buffer {
  const { isPresent, isVerified, isBackupEligible, isBackedUp } = flags;
  const bits = [isPresent && 0x01, isVerified && 0x04, isBackupEligible && 0x08, isBackedUp && 0x10, more];
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(signCount);
  return Buffer.concat([sha256(rpId), Buffer.of(bits.reduce<number>((sum, bit) => sum | Number(bit), 0)), counter]);
}

/** The library's encoder names its own type of values. */
const cbor = (map: CborMap) => map as Parameters<typeof isoCBOR.encode>[0];

/** Adds a passkey to the account of a caller. */
export async function addPasskey(
  caller: Client,
  passkey: HandmadePasskey,
  name?: string,
): Promise<Answer<{ id: string }>> {
  const { body } = await caller.post<CreationCeremony>('/auth/passkeys/options');
  return caller.post<{ id: string }>('/auth/passkeys', {
    ...passkey.registration(body),
    ...(name !== undefined && { name }),
  });
}
