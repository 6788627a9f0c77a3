import { DiscoveryService } from '@nestjs/core';
import type { DataAccess } from '../../platform/database/data-access';

/** A way to sign in by a first factor, or by a passkey alone. */
export interface SignInMethod {
  /** Whether the account could sign in by it now. */
  has(data: DataAccess, userId: string): Promise<boolean>;
}

/** Marks a provider as a way to sign in. */
export const IsSignInMethod = DiscoveryService.createDecorator();
