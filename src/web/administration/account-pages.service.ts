import { Injectable } from '@nestjs/common';
import { UserAdministration } from '../../accounts/administration/user-administration.service';
import { ROLES } from '../../users/access/roles';
import type { Caller } from '../../users/caller';
import { UserDto } from '../../users/dto/user.dto';
import { AccountFields } from '../../users/fields/account-fields.service';
import type { User } from '../../users/user.entity';
import { type FormState, newForm } from '../forms/form';
import { View } from '../rendering/page-answer';
import { readableFacts } from './readable-facts';

/** What templates show of an account. */
export const accountValues = ({ id, username, email, emailVerified, roles, isActive, createdAt, updatedAt }: User) => ({
  ...{ id, username, email, emailVerified, roles, isActive, createdAt, updatedAt },
});

/** An action that an administrator has to confirm, as its template is called. */
export type ConfirmedAction = 'deactivate' | 'reactivate' | 'remove-second-factors';

/** The pages of one account, which are shown again when a form of theirs is refused. */
@Injectable()
export class AccountPages {
  constructor(
    private readonly administration: UserAdministration,
    private readonly fields: AccountFields,
  ) {}

  /** @throws DomainError `not_found` */
  async account(caller: Caller, id: string, form?: FormState): Promise<View> {
    const user = await this.administration.find(id);
    const shown = await this.fields.showOne(user);
    const own = new Set(Object.keys(UserDto.from(user)));
    const fields = Object.fromEntries(Object.entries(shown).filter(([name]) => !own.has(name)));
    return new View('administration/user', {
      user: accountValues(user),
      facts: readableFacts(fields),
      roles: ROLES.names.map((name) => ({ name, meaning: ROLES.get(name), isHeld: user.roles.includes(name) })),
      isOwn: caller.id === user.id,
      form: form ?? newForm(),
    });
  }

  /** The question before an action on an account. @throws DomainError `not_found` */
  async question(caller: Caller, id: string, action: ConfirmedAction, form?: FormState): Promise<View> {
    const user = accountValues(await this.administration.find(id));
    return new View(`administration/${action}`, { user, isOwn: caller.id === user.id, form: form ?? newForm() });
  }
}
