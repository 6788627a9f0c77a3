import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
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

type Name =
  | `none-es256${'' | '-crossOrigin' | '-topOrigin' | '-long-credential-id'}`
  | `packed-${'self-es256' | 'es256' | 'rs256' | 'eddsa'}`;
const VECTORS = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as Record<Name, Vector>;

const partyOf = (env: Record<string, string>) =>
  new RelyingParty(
    new WebAuthnConfig(env),
    new LinkBase(new MailConfig(env), new OwnAddress(new ServerConfig(env), {})),
  );

const verifier = new WebAuthnVerifier(
  partyOf({ WEBAUTHN_RP_ID: 'example.org', WEBAUTHN_ORIGINS: 'https://example.org' }),
);

/** The answers of a vector, as a browser sends them. */
async function answersOf(name: Name) {
  const inBase64url = (fields: Fields) => {
    const entries = Object.entries(fields).map(([key, hex]) => [key, Buffer.from(hex, 'hex').toString('base64url')]);
    return Object.fromEntries(entries) as Fields;
  };
  const challengeIn = ({ clientDataJSON }: Fields) => {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'hex').toString()) as { challenge: string };
    return Buffer.from(challenge, 'base64url');
  };
  const { registration, assertion } = VECTORS[name];
  // The id follows 55 bytes of authenticator data and its length of two bytes.
  const object = Buffer.from(registration.attestationObject, 'hex');
  const start = object.indexOf(Buffer.from('bfabc374', 'hex')) + 55;
  const id = object.subarray(start, start + object.readUInt16BE(start - 2)).toString('base64url');
  const credential = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const;
  const created = { ...credential, response: inBase64url(registration) };
  const expected = { expectedOrigin: 'https://example.org', expectedRPID: 'example.org' };
  // What the vector is by itself, without our rules.
  const { registrationInfo } = await verifyRegistrationResponse({
    ...{ response: created, ...expected, requireUserVerification: false },
    expectedChallenge: challengeIn(registration).toString('base64url'),
  });
  if (!registrationInfo) throw new Error('The vector is not right');
  return {
    created,
    used: { ...credential, response: inBase64url(assertion) },
    challenges: { created: challengeIn(registration), used: challengeIn(assertion) },
    stored: {
      credentialId: id,
      publicKey: Buffer.from(registrationInfo.credential.publicKey).toString('base64url'),
      isBackupEligible: registrationInfo.credentialDeviceType === 'multiDevice',
    },
    expected,
    credential: registrationInfo.credential,
  };
}

describe('the test vectors of WebAuthn', () => {
  it('self attestation with user verification is taken, and its key verifies the signature of its assertion', async () => {
    const { created, challenges, stored, used, expected, credential } = await answersOf('packed-self-es256');
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

  it.each(['none-es256-long-credential-id', 'packed-es256'] as const)(
    'the assertion of %s, with user verification, is taken',
    async (name) => {
      const { used, challenges, stored } = await answersOf(name);
      const isBackedUp = false;
      expect(await verifier.assertion(used, challenges.used, stored)).toEqual({ signCount: 0, isBackedUp });
      // A signature over anything else is not.
      expect(await verifier.assertion(used, challenges.created, stored)).toBeNull();
    },
  );

  it.each(['packed-es256', 'packed-rs256', 'packed-eddsa'] as const)(
    'P6 the registration of %s, attested by a certificate that would have to be trusted, is refused',
    async (name) => {
      const { created, challenges } = await answersOf(name);
      expect(await verifier.registration(created, challenges.created)).toBeNull();
    },
  );

  it('P2 the registration of none-es256-long-credential-id, without user verification, is refused', async () => {
    const { created, challenges } = await answersOf('none-es256-long-credential-id');
    expect(await verifier.registration(created, challenges.created)).toBeNull();
  });

  it.each(['none-es256', 'packed-self-es256', 'packed-rs256', 'packed-eddsa'] as const)(
    'P2 the assertion of %s, without user verification, is refused',
    async (name) => {
      const { used, challenges, stored } = await answersOf(name);
      expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
    },
  );

  it('P3 with crossOrigin and without topOrigin, both answers are refused, which the library takes', async () => {
    const { created, used, challenges, stored, expected, credential } = await answersOf('none-es256-crossOrigin');
    const { verified } = await verifyAuthenticationResponse({
      ...{ response: used, credential, ...expected },
      expectedChallenge: challenges.used.toString('base64url'),
    });
    expect(verified).toBe(true);
    expect(await verifier.registration(created, challenges.created)).toBeNull();
    expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
  });

  it('P3 with topOrigin, both answers are refused, of which the library takes the registration', async () => {
    const { created, used, challenges, stored } = await answersOf('none-es256-topOrigin');
    expect(await verifier.registration(created, challenges.created)).toBeNull();
    expect(await verifier.assertion(used, challenges.used, stored)).toBeNull();
  });
});

describe('an answer', () => {
  it('of any bytes whatsoever is refused without an error', async () => {
    const { created, used, challenges, stored } = await answersOf('packed-self-es256');
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
