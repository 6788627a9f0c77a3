import { newId } from '../platform/kernel/ids';
import { Caller } from '../users/caller';
import { User } from '../users/user.entity';
import { OwnedEntity } from './owned.entity';
import { OwnerRule } from './owner.rule';

class Bookmark extends OwnedEntity {}

const callerOf = (id: string) => {
  const identity = { id, user: new User(), sessionId: null, scopes: null, authentication: null };
  return new Caller(identity, {} as ConstructorParameters<typeof Caller>[1]);
};

const ownedBy = (ownerId: string) => Object.assign(new Bookmark(), { id: newId(), ownerId });

describe('an owned row', () => {
  it('is open to its owner, and to no one else, also not to one whose id is that of the row', () => {
    const [owner, other] = [newId(), newId()];
    const row = ownedBy(owner);
    const rule = new OwnerRule();
    expect([owner, other, row.id].map((id) => rule.may(callerOf(id), row))).toEqual([true, false, false]);
  });
});
