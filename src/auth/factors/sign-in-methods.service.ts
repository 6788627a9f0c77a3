import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Transaction } from '../../platform/database/transaction';
import { DomainError } from '../../platform/problems/domain-error';
import { IsSignInMethod, type SignInMethod } from './sign-in-method';

/** The ways to sign in to an account, of any kind. */
@Injectable()
export class SignInMethods implements OnModuleInit {
  private methods: readonly SignInMethod[] = [];

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    this.methods = this.discovery
      .getProviders({ metadataKey: IsSignInMethod.KEY })
      .map(({ instance }) => instance as SignInMethod);
  }

  /**
   * Call after a way to sign in was removed, in the same transaction, which has locked the account: of the last two that
   * are removed at once, one stays.
   * @throws DomainError `last_sign_in_method` when none is left, which rolls the removal back
   */
  async assertOneRemains(tx: Transaction, userId: string): Promise<void> {
    for (const method of this.methods) if (await method.has(tx, userId)) return;
    throw new DomainError('last_sign_in_method', 'Add another way to sign in first; this is the last one.');
  }
}
