import { Injectable } from '@nestjs/common';
import { type EntityManager, Raw } from 'typeorm';
import { Database } from '../platform/database/database';
import { DomainError } from '../platform/problems/domain-error';
import { User, withRole } from './user.entity';

/** The active administrators: there has to be one as long as there ever was one. */
@Injectable()
export class AdminInvariant {
  constructor(private readonly database: Database) {}

  /**
   * To be called in a transaction before this account is deleted, deactivated or no administrator any more. Nobody else
   * can take another administrator away before the transaction ends; of two who take away each other, one waits here.
   * @throws DomainError `conflict` when the account is the only active administrator
   */
  async assertOneRemainsWithout(manager: EntityManager, userId: string): Promise<void> {
    const active = { isActive: true, roles: Raw((roles) => withRole(roles, ':role'), { role: '%,admin,%' }) };
    const find = { select: { id: true }, where: active, order: { id: 'ASC' } } as const;
    await manager.find(User, { ...find, ...this.database.rowLock });
    // Asked again: whoever was waited for may have made an administrator, which the waiting statement does not see.
    const administrators = await manager.find(User, find);
    if (administrators.length === 1 && administrators[0]?.id === userId) {
      throw new DomainError('conflict', 'This is the only active administrator; make somebody else one first.');
    }
  }
}
