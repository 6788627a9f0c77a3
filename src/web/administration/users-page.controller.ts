import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { AdministerUserDto } from '../../accounts/administration/dto/user-administration.dto';
import { UsersQueryDto } from '../../accounts/administration/dto/users-query.dto';
import { UserAdministration } from '../../accounts/administration/user-administration.service';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { IdPipe } from '../../platform/validation/id.pipe';
import { ROLES } from '../../users/access/roles';
import { Roles } from '../../users/access/roles.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { type Form, FormBody, type FormState, newForm, QueryForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { AccountPages, accountValues } from './account-pages.service';
import { filled, nextPage } from './filters';

const FILTERS = ['q', 'isActive', 'role', 'emailVerified'] as const;

const page = (form: FormState, users: readonly object[], next = '') =>
  new View('administration/users', { form, users, next, roles: ROLES.names });

@Sensitive()
@Roles('admin')
@PageController('admin/users')
export class UsersPageController {
  constructor(
    private readonly administration: UserAdministration,
    private readonly users: UsersService,
    private readonly pages: AccountPages,
  ) {}

  @Get()
  list(@QueryForm() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const filters = filled(form, FILTERS);
        const query = await form.read(UsersQueryDto, { ...filters, ...filled(form, ['cursor']) });
        const { items, nextCursor } = await this.administration.list(query);
        const next = nextPage('/admin/users', filters, nextCursor);
        return page(newForm(filters), items.map(accountValues), next);
      },
      (refused) => page(refused, []),
    );
  }

  @Get(':id')
  show(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return this.pages.account(caller, id);
  }

  @Post(':id/roles')
  @StepUp()
  @HttpCode(200)
  changeRoles(
    @CurrentUser() caller: Caller,
    @Param('id', IdPipe) id: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const { roles } = await form.read(AdministerUserDto, { roles: form.list('roles') });
        const user = await this.users.updateStatus(caller, id, { roles });
        // Without the role, this page is closed to them.
        const isOut = user.id === caller.id && !user.roles.includes('admin');
        return new Redirect(isOut ? '/' : `/admin/users/${user.id}`, { category: 'success', text: TEXTS.rolesChanged });
      },
      (refused) => this.pages.account(caller, id, refused),
    );
  }
}
