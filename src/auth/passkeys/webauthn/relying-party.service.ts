import { Injectable } from '@nestjs/common';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { WebAuthnConfig } from '../../../platform/config/sign-in/webauthn.config';
import { LinkBase } from '../../../platform/mail/link-base.service';

/** Ed25519, ES256 and RS256, as COSE names them, in the order in which they are preferred. */
export const ALGORITHMS: readonly number[] = [-8, -7, -257];

/** A passkey that an authenticator may have. */
export interface KnownCredential {
  readonly credentialId: string;
  readonly transports: readonly string[];
}

/** The user that a passkey is registered for. */
export interface PasskeyOwner {
  readonly userHandle: Uint8Array;
  readonly username: string;
}

/** This application, as authenticators know it: its domain, its origins, and what it asks for. */
@Injectable()
export class RelyingParty {
  constructor(
    private readonly config: WebAuthnConfig,
    private readonly links: LinkBase,
  ) {}

  /** The origins of pages that may use passkeys, compared exactly. */
  get origins(): readonly string[] {
    const { origins } = this.config;
    return origins.length > 0 ? origins : [new URL(this.links.url).origin];
  }

  /** The domain that passkeys are made for. */
  get id(): string {
    return this.config.rpId ?? new URL(this.origins[0] ?? this.links.url).hostname;
  }

  /** What a browser makes a passkey with. @param timeout in seconds @param known passkeys, of which none is made again */
  creationOptions(
    challenge: Uint8Array,
    { userHandle, username }: PasskeyOwner,
    known: readonly KnownCredential[],
    timeout: number,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return generateRegistrationOptions({
      rpName: this.id,
      rpID: this.id,
      userID: Uint8Array.from(userHandle),
      userName: username,
      userDisplayName: username,
      challenge: Uint8Array.from(challenge),
      timeout: timeout * 1000,
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: [...ALGORITHMS],
      excludeCredentials: known.map(descriptor),
    });
  }

  /** What a browser uses a passkey with. @param timeout in seconds @param known passkeys that would do; none for any */
  requestOptions(
    challenge: Uint8Array,
    known: readonly KnownCredential[],
    timeout: number,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.id,
      challenge: Uint8Array.from(challenge),
      timeout: timeout * 1000,
      userVerification: 'required',
      allowCredentials: known.map(descriptor),
    });
  }
}

const descriptor = ({ credentialId, transports }: KnownCredential) => ({
  id: credentialId,
  transports: [...transports],
});
