import { Injectable } from '@nestjs/common';
import type { DataAccess } from '../../platform/database/data-access';
import { Ceremonies, type OpenCeremony } from './ceremonies/ceremonies.service';
import type { CeremonyKind } from './ceremonies/ceremony.codec';
import type { PasskeyEvidenceDto } from './dto/passkey-evidence.dto';
import { Passkey } from './passkey.entity';
import { type StoredCredential, WebAuthnVerifier } from './webauthn/webauthn-verifier.service';

/** A right answer of a passkey, which is not used up yet. */
export interface Assertion {
  readonly passkey: Passkey;
  readonly ceremony: OpenCeremony;
  readonly signCount: number;
  readonly isBackedUp: boolean;
}

/** What an answer must have been asked for. */
export interface ExpectedCeremony {
  readonly kind: CeremonyKind;
  /** The session or challenge; left out for a login. */
  readonly subject?: string;
}

/** The user handle of a passkey's account, in base64url. */
const HANDLE = 'SELECT "handle" FROM "user_handles" WHERE "user_handles"."userId" = "passkeys"."userId"';

/** Judged in place of an unknown passkey, so that both take the same time; the verdict does not count. */
const DECOY: StoredCredential = {
  credentialId: 'AA',
  // Any key of ES256 will do: this is the generator of P-256.
  publicKey: 'pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
  isBackupEligible: false,
};

/** Judges answers of passkeys. Nothing is written: `Passkeys.use` uses an answer up. */
@Injectable()
export class Assertions {
  constructor(
    private readonly ceremonies: Ceremonies,
    private readonly verifier: WebAuthnVerifier,
  ) {}

  /** @returns null for whatever is wrong with it, other than a counter that did not grow, or a spent ceremony */
  async verify(
    data: DataAccess,
    { ceremony: token, response }: PasskeyEvidenceDto,
    { kind, subject }: ExpectedCeremony,
  ): Promise<Assertion | null> {
    const ceremony = this.ceremonies.open(token, [kind], subject);
    if (!ceremony) return null;
    const known = await data.selectOneWith(Passkey, HANDLE, '"credentialId" = $1', [response.id]);
    const verified = await this.verifier.assertion(response, ceremony.challenge, known?.row ?? DECOY);
    if (!verified || !known) return null;
    const { userHandle } = response.response;
    // Where the account was named in the question, authenticators need not name it in the answer (WebAuthn L3, 7.2).
    const isNamed = typeof userHandle === 'string' || kind === 'login';
    const isTheirs = !isNamed || userHandle === known.value;
    return isTheirs ? { passkey: known.row, ceremony, ...verified } : null;
  }
}
