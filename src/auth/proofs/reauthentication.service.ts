import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Transaction } from '../../platform/database/transaction';
import { Clock } from '../../platform/kernel/clock.service';
import { DomainError } from '../../platform/problems/domain-error';
import type { Caller } from '../../users/caller';
import type { AccountProof } from '../../users/proof';
import type { User } from '../../users/user.entity';
import { UsersService } from '../../users/users.service';
import { type Evidence, IsReauthenticationMethod, type ReauthenticationMethod } from './reauthentication-method';

/** Maximum age of the proof of a scheme, in milliseconds. */
const PROOF_MAX_AGE_MS = 300_000;

/** The work of a transaction after reauthentication. @param user the current state of the account */
export type ProvenWork<T> = (tx: Transaction, user: User) => Promise<T>;

/** Requires a recent proof for actions that a stolen session must not be able to do (ASVS 7.5.1). */
@Injectable()
export class Reauthentication implements OnModuleInit {
  private methods: readonly ReauthenticationMethod[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.methods = this.discovery
      .getProviders({ metadataKey: IsReauthenticationMethod.KEY })
      .map(({ instance }) => instance as ReauthenticationMethod);
  }

  /**
   * Reauthenticates the caller, then runs a transaction that locks the account.
   * @throws DomainError `invalid_credentials` when the evidence is wrong, or no longer valid once the account is locked
   */
  async run<T>(caller: Caller, evidence: Evidence, work: ProvenWork<T>): Promise<T> {
    const proof = await this.prove(caller, evidence);
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      await assertCurrent(tx, user, proof);
      return work(tx, user);
    });
  }

  /**
   * Like `run`, for actions after which the account is no longer an administrator. @throws also DomainError `conflict`
   * for the only administrator
   */
  async runWithAdminInvariant<T>(caller: Caller, evidence: Evidence, work: ProvenWork<T>): Promise<T> {
    const proof = await this.prove(caller, evidence);
    return this.users.withAdminInvariant(caller.id, async (tx, user) => {
      await assertCurrent(tx, user, proof);
      return work(tx, user);
    });
  }

  private async prove(caller: Caller, evidence: Evidence): Promise<AccountProof | null> {
    const { proof } = caller;
    // The scheme itself has a recent proof, as that of a gateway that has just authenticated the owner.
    if (proof !== null && this.clock.now() - proof.at <= PROOF_MAX_AGE_MS) return null;
    for (const method of this.methods) {
      const proven = await method.verify(caller, evidence);
      if (proven) return proven;
    }
    throw new DomainError('invalid_credentials', 'Recent reauthentication is required.');
  }
}

async function assertCurrent(tx: Transaction, user: User, proof: AccountProof | null): Promise<void> {
  if (proof && !(await proof.isCurrent(tx, user))) throw proof.refusal();
}
