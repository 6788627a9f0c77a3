import { Module } from '@nestjs/common';
import { RelyingParty } from './relying-party.service';
import { WebAuthnVerifier } from './webauthn-verifier.service';

/** What is asked of authenticators, and whether their answers are right. */
@Module({ providers: [RelyingParty, WebAuthnVerifier], exports: [RelyingParty, WebAuthnVerifier] })
export class WebAuthnModule {}
