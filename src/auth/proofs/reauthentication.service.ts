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

/** How long the proof of a scheme counts as recent, in milliseconds. */
const PROOF_MAX_AGE_MS = 300_000;

/** What a transaction does once the caller has proven to be the owner. @param user the account, as it is now */
export type ProvenWork<T> = (tx: Transaction, user: User) => Promise<T>;

/** Asks a caller for a recent proof, before something that a stolen session must not be able to do (ASVS 7.5.1). */
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
   * Runs a transaction that locks the account, after its owner has proven to be one.
   * @throws DomainError `invalid_credentials` when the evidence is wrong, or is no longer right once the account is locked
   */
  async run<T>(caller: Caller, evidence: Evidence, work: ProvenWork<T>): Promise<T> {
    const proof = await this.prove(caller, evidence);
    return this.users.withLockedUser(caller.id, async (tx, user) => {
      await assertCurrent(tx, user, proof);
      return work(tx, user);
    });
  }

  /** As `run`, for what ends an account as an administrator. @throws DomainError `conflict` also, for the only one */
  async runWithAdminInvariant<T>(caller: Caller, evidence: Evidence, work: ProvenWork<T>): Promise<T> {
    const proof = await this.prove(caller, evidence);
    return this.users.withAdminInvariant(caller.id, async (tx, user) => {
      await assertCurrent(tx, user, proof);
      return work(tx, user);
    });
  }

  private async prove(caller: Caller, evidence: Evidence): Promise<AccountProof | null> {
    const { proof } = caller;
    // The scheme itself says that the owner is there, as a gateway does that has just asked.
    if (proof !== null && this.clock.now() - proof.at <= PROOF_MAX_AGE_MS) return null;
    for (const method of this.methods) {
      const proven = await method.verify(caller, evidence);
      if (proven) return proven;
    }
    throw new DomainError('invalid_credentials', 'A recent proof of who you are is needed.');
  }
}

async function assertCurrent(tx: Transaction, user: User, proof: AccountProof | null): Promise<void> {
  if (proof && !(await proof.isCurrent(tx, user))) throw proof.refusal();
}
