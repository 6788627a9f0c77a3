import { DiscoveryService } from '@nestjs/core';
import type { Caller } from '../../users/caller';
import type { AccountProof } from '../../users/proof';

/** What a caller sends along to prove again to be the owner. A room adds its own properties by declaration merging. */
export interface Evidence {
  password?: string;
}

/** A way to prove again to be the owner of an account that one is signed in to. */
export interface ReauthenticationMethod {
  /**
   * @returns null when the evidence is not for this method
   * @throws DomainError `invalid_credentials` when it is, and is wrong; the refusal is recorded
   */
  verify(caller: Caller, evidence: Evidence): Promise<AccountProof | null>;
}

/** Marks a provider as a reauthentication method, which `Reauthentication` finds wherever it is. */
export const IsReauthenticationMethod = DiscoveryService.createDecorator();
