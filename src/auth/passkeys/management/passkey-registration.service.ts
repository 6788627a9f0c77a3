import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.service';
import type { Transaction } from '../../../platform/database/transaction';
import type { Caller } from '../../../users/caller';
import { UsersService } from '../../../users/users.service';
import { EnrolledProofs } from '../../sign-in/enrolled-proofs.service';
import { Ceremonies, CEREMONY_TTL, type OpenCeremony } from '../ceremonies/ceremonies.service';
import type { Passkey } from '../passkey.entity';
import { invalidPasskey, Passkeys } from '../passkeys.service';
import { UserHandles } from '../user-handles.service';
import type { CeremonyDto } from '../webauthn/dto/ceremony.dto';
import { RelyingParty } from '../webauthn/relying-party.service';
import { WebAuthnVerifier } from '../webauthn/webauthn-verifier.service';
import type { AddPasskeyDto } from './dto/add-passkey.dto';

/** The name of a passkey that its owner gave none. */
const UNNAMED = 'Passkey';

/** What a registration is bound to: the session, or for a caller without one, the account. */
const subjectOf = ({ sessionId, id }: Caller) => sessionId ?? id;

/** Adds passkeys to accounts. */
@Injectable()
export class PasskeyRegistration {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly passkeys: Passkeys,
    private readonly handles: UserHandles,
    private readonly ceremonies: Ceremonies,
    private readonly party: RelyingParty,
    private readonly verifier: WebAuthnVerifier,
    private readonly proofs: EnrolledProofs,
  ) {}

  /** What a browser makes a passkey with. Writes nothing. */
  async begin(caller: Caller): Promise<CeremonyDto> {
    const handle = await this.handles.find(this.database, caller.id);
    const kind = handle ? 'registration' : 'first-registration';
    const { token, challenge, userHandle } = this.ceremonies.issue(kind, subjectOf(caller));
    const owner = { userHandle: handle ?? userHandle, username: caller.user.username };
    const known = await this.passkeys.of(this.database, caller.id);
    return { ceremony: token, publicKey: await this.party.creationOptions(challenge, owner, known, CEREMONY_TTL) };
  }

  /**
   * Adds the passkey that an authenticator has made.
   * @throws DomainError `invalid_passkey` for whatever is wrong with it; `quota_exceeded`; `conflict` for one that is known;
   * `invalid_token` when the session has just ended
   */
  async complete(caller: Caller, { ceremony: token, response, name = UNNAMED }: AddPasskeyDto): Promise<Passkey> {
    const ceremony = this.ceremonies.open(token, ['registration', 'first-registration'], subjectOf(caller));
    const made = ceremony && (await this.verifier.registration(response, ceremony.challenge));
    if (!made) throw invalidPasskey(caller.id);
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      if (!(await this.ceremonies.spend(tx, ceremony))) throw invalidPasskey(caller.id);
      await this.giveHandle(tx, caller, ceremony);
      const passkey = await this.passkeys.add(tx, user, caller, { ...made, name });
      await this.proofs.add(tx, caller, { method: 'passkey', at: passkey.createdAt, userVerified: true });
      return passkey;
    });
  }

  /** The handle that the authenticator has stored becomes that of the account, unless another was faster. */
  private async giveHandle(tx: Transaction, { id }: Caller, { kind, userHandle }: OpenCeremony): Promise<void> {
    if (kind !== 'first-registration') return;
    if (await this.handles.find(tx, id)) throw invalidPasskey(id);
    await this.handles.give(tx, id, userHandle);
  }
}
