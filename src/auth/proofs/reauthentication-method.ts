import { DiscoveryService } from '@nestjs/core';
import type { Caller } from '../../users/caller';
import type { AccountProof, ProofMethod } from '../../users/proof';

/** What a caller sends to reauthenticate. A room adds its own properties by declaration merging. */
export interface Evidence {
  password?: string;
}

/** A way to reauthenticate the owner of a signed-in account. */
export interface ReauthenticationMethod {
  readonly method: ProofMethod;
  /**
   * Its evidence comes from elsewhere, such as another provider, and is in no body. It is only for accounts without any other
   * method: a provider may answer without asking its user, which proves less.
   */
  readonly isLastResort?: true;
  /** Whether the account can use it. */
  isAvailable(userId: string): Promise<boolean>;
  /**
   * @returns null when the evidence is not for this method, or the account cannot use it
   * @throws DomainError `invalid_credentials` when it is for this method and wrong; the refusal is recorded
   */
  verify(caller: Caller, evidence: Evidence): Promise<AccountProof | null>;
}

/** Marks a provider as a reauthentication method, which `Reauthentication` finds in any module. */
export const IsReauthenticationMethod = DiscoveryService.createDecorator();
