import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { UserAdministration } from '../../accounts/administration/user-administration.service';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { IdPipe } from '../../platform/validation/id.pipe';
import { Roles } from '../../users/access/roles.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { UsersService } from '../../users/users.service';
import { type Form, FormBody } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, type View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { AccountPages } from './account-pages.service';

/** Back to the account. An administrator whose own session has just ended is sent home, where no login is needed. */
function backTo(caller: Caller, id: string, text: string, endsSessions = false): Redirect {
  return new Redirect(endsSessions && caller.id === id ? '/' : `/admin/users/${id}`, { category: 'success', text });
}

@Sensitive()
@Roles('admin')
@PageController('admin/users/:id')
export class AccountStatusPageController {
  constructor(
    private readonly administration: UserAdministration,
    private readonly users: UsersService,
    private readonly pages: AccountPages,
  ) {}

  @Get('deactivate')
  @StepUp()
  askToDeactivate(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return this.pages.question(caller, id, 'deactivate');
  }

  @Post('deactivate')
  @StepUp()
  @HttpCode(200)
  deactivate(
    @CurrentUser() caller: Caller,
    @Param('id', IdPipe) id: string,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    return form.submit(
      async () => {
        await this.users.deactivate(caller, id);
        return backTo(caller, id, TEXTS.accountDeactivated, true);
      },
      (refused) => this.pages.question(caller, id, 'deactivate', refused),
    );
  }

  @Get('reactivate')
  askToReactivate(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return this.pages.question(caller, id, 'reactivate');
  }

  @Post('reactivate')
  @StepUp()
  @HttpCode(200)
  async reactivate(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.users.reactivate(caller, id);
    return backTo(caller, id, TEXTS.accountReactivated);
  }

  /** Mails a link for a new password; to a deactivated account, none is sent. */
  @Post('password-reset')
  @StepUp()
  @HttpCode(200)
  async sendPasswordReset(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const { isActive } = await this.administration.find(id);
    if (!isActive) return new Redirect(`/admin/users/${id}`, { category: 'warning', text: TEXTS.resetRefused });
    await this.administration.sendPasswordReset(caller, id);
    return backTo(caller, id, TEXTS.resetSent);
  }

  @Get('second-factors/remove')
  @StepUp()
  askToRemoveSecondFactors(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return this.pages.question(caller, id, 'remove-second-factors');
  }

  /** Starts the removal, which the owner can stop. */
  @Post('second-factors/remove')
  @StepUp()
  @HttpCode(200)
  async removeSecondFactors(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.administration.removeSecondFactor(caller, id);
    return backTo(caller, id, TEXTS.secondFactorRemovalScheduled);
  }

  @Post('sessions/end')
  @StepUp()
  @HttpCode(200)
  async endSessions(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.administration.endSessions(caller, id);
    return backTo(caller, id, TEXTS.sessionsEnded, true);
  }
}
