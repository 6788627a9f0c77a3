import { DiscoveryService } from '@nestjs/core';
import type { Transaction } from '../../platform/database/transaction';

/** A way to sign in, such as a password, whose last one an account must not lose. */
export interface SignInMethod {
  /** Whether the account could sign in with it now. */
  has(tx: Transaction, userId: string): Promise<boolean>;
}

/** Marks a provider as a way to sign in, which `SignInMethods` finds in any module. */
export const IsSignInMethod = DiscoveryService.createDecorator();
