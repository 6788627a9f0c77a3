import { Injectable } from '@nestjs/common';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject, decodeClientDataJSON, isoBase64URL } from '@simplewebauthn/server/helpers';
import type { AuthenticationResponseDto } from './dto/authentication-response.dto';
import { MAX_CREDENTIAL_ID } from './dto/base64url';
import type { RegistrationResponseDto } from './dto/registration-response.dto';
import { ALGORITHMS, RelyingParty } from './relying-party.service';

/** A credential that an authenticator has made. */
export interface VerifiedRegistration {
  /** In base64url. */
  readonly credentialId: string;
  /** The COSE key, in base64url. */
  readonly publicKey: string;
  readonly signCount: number;
  readonly transports: string[];
  /** Whether the passkey may be synced to other devices (flag BE); it never changes. */
  readonly isBackupEligible: boolean;
  /** Whether it is synced (flag BS). */
  readonly isBackedUp: boolean;
  /** The model of the authenticator; zeros where it does not tell. */
  readonly aaguid: string;
}

/** A signature of a credential. */
export interface VerifiedAssertion {
  readonly signCount: number;
  readonly isBackedUp: boolean;
}

/** The stored part of a credential that a signature is verified with. */
export type StoredCredential = Pick<VerifiedRegistration, 'credentialId' | 'publicKey' | 'isBackupEligible'>;

/**
 * Verifies answers of authenticators (WebAuthn L3, 7.1 and 7.2), beyond what the library does: no page of another origin
 * around ours, no attestation that would have to be trusted, and flags as registered.
 */
@Injectable()
export class WebAuthnVerifier {
  constructor(private readonly party: RelyingParty) {}

  /** @returns null for whatever is wrong with it */
  async registration(answer: RegistrationResponseDto, challenge: Buffer): Promise<VerifiedRegistration | null> {
    const { id, rawId, response, clientExtensionResults } = answer;
    const { clientDataJSON, attestationObject, transports = [] } = response;
    return withoutThrowing(async () => {
      if (isFramed(clientDataJSON) || !isUnattested(attestationObject) || !isResident(clientExtensionResults))
        return null;
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: {
          ...{ id, rawId, type: 'public-key', clientExtensionResults: {} },
          response: { clientDataJSON, attestationObject, transports },
        },
        ...this.expected(challenge),
        requireUserVerification: true,
        supportedAlgorithmIDs: [...ALGORITHMS],
      });
      if (!verified || registrationInfo.credential.id !== id || id.length > MAX_CREDENTIAL_ID) return null;
      const { credential, credentialDeviceType, credentialBackedUp, aaguid } = registrationInfo;
      return {
        credentialId: id,
        publicKey: isoBase64URL.fromBuffer(credential.publicKey),
        signCount: credential.counter,
        transports,
        isBackupEligible: credentialDeviceType === 'multiDevice',
        isBackedUp: credentialBackedUp,
        aaguid,
      };
    });
  }

  /** @returns null for whatever is wrong with it, other than the counter, which only the stored credential judges */
  async assertion(
    answer: AuthenticationResponseDto,
    challenge: Buffer,
    { credentialId, publicKey, isBackupEligible }: StoredCredential,
  ): Promise<VerifiedAssertion | null> {
    const { id, rawId, response } = answer;
    const { clientDataJSON, authenticatorData, signature } = response;
    return withoutThrowing(async () => {
      if (isFramed(clientDataJSON)) return null;
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: {
          ...{ id, rawId, type: 'public-key', clientExtensionResults: {} },
          response: { clientDataJSON, authenticatorData, signature },
        },
        ...this.expected(challenge),
        requireUserVerification: true,
        // The library would judge the counter before the signature.
        credential: { id: credentialId, publicKey: isoBase64URL.toBuffer(publicKey), counter: 0 },
      });
      const { newCounter, credentialDeviceType, credentialBackedUp } = authenticationInfo;
      const isAsRegistered = (credentialDeviceType === 'multiDevice') === isBackupEligible;
      return verified && isAsRegistered ? { signCount: newCounter, isBackedUp: credentialBackedUp } : null;
    });
  }

  private expected(challenge: Buffer) {
    return {
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: [...this.party.origins],
      expectedRPID: this.party.id,
    };
  }
}

/** The library throws for every fault of an answer, and reads nothing but the answer. */
async function withoutThrowing<T>(verify: () => Promise<T | null>): Promise<T | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}

/** Whether a page within a page of another origin asked. The library lets some of them pass. */
function isFramed(clientDataJSON: string): boolean {
  const { crossOrigin = false, topOrigin } = decodeClientDataJSON(clientDataJSON);
  return crossOrigin || topOrigin !== undefined;
}

/** Whether there is no attestation, or one by the credential itself, which browsers keep where none is asked for. */
function isUnattested(attestationObject: string): boolean {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = attestation.get('fmt');
  return format === 'none' || (format === 'packed' && attestation.get('attStmt').get('x5c') === undefined);
}

/** Whether the authenticator can find the credential by itself, as far as the browser tells. */
function isResident({ credProps }: Record<string, unknown>): boolean {
  return !(typeof credProps === 'object' && credProps !== null && 'rk' in credProps && credProps.rk === false);
}
