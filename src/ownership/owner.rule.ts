import { Injectable } from '@nestjs/common';
import type { Caller } from '../users/caller';
import type { OwnedEntity } from './owned.entity';
import type { AccessRule } from './rules/access-rule';

/** Admits only the owner of a row. */
@Injectable()
export class OwnerRule implements AccessRule<OwnedEntity> {
  readonly refusal = 'This belongs to another account.';

  may(caller: Caller, row: OwnedEntity): boolean {
    return row.ownerId === caller.id;
  }
}
