import { Get, HttpCode, Post, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AccountDeletionService } from '../../accounts/profile/account-deletion.service';
import { AccountExportService, EXPORT_FILE } from '../../accounts/profile/account-export.service';
import { DeleteAccountDto } from '../../accounts/profile/delete-account.dto';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { StepUpService } from '../../auth/proofs/step-up.service';
import { EXPORT, REAUTHENTICATE } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { validationFailed } from '../../platform/validation/request-validation.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { CookieSessions } from '../sessions/cookie-sessions.service';
import { Sensitive } from '../sessions/session-cookie.scheme';

/** Taking everything away, and deleting it. */
@Authenticated()
@Sensitive()
@PageController('account')
export class DataPageController {
  constructor(
    private readonly exports: AccountExportService,
    private readonly deletion: AccountDeletionService,
    private readonly sessions: CookieSessions,
    private readonly proofs: StepUpService,
  ) {}

  @Get('export')
  offerExport(): View {
    return new View('account/export');
  }

  /** Answers the same file as the API. A form and no link, as each export is recorded and costs. */
  @RateLimit(EXPORT)
  @Post('export')
  @StepUp()
  @HttpCode(200)
  async export(@CurrentUser() caller: Caller): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.begin(caller), EXPORT_FILE);
  }

  @Get('delete')
  @StepUp({ takesPassword: true })
  offerDeletion(@CurrentUser() caller: Caller): Promise<View> {
    return this.page(caller, newForm());
  }

  @RateLimit(REAUTHENTICATE)
  @Post('delete')
  @StepUp({ takesPassword: true })
  @HttpCode(200)
  delete(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Caller,
    @FormBody() form: Form,
  ): Promise<PageAnswer> {
    const deleteIt = async () => {
      const { password } = await form.read(DeleteAccountDto, { password: form.text('password') });
      if (!form.isChecked('confirm')) throw validationFailed([{ pointer: '/confirm', message: TEXTS.notConfirmed }]);
      await secretAt('password', () => this.deletion.delete(caller, password));
      await this.sessions.end(reply);
      return new Redirect('/', { category: 'success', text: TEXTS.accountDeleted });
    };
    return form.submit(deleteIt, (state) => this.page(caller, state));
  }

  private async page(caller: Caller, form: FormState): Promise<View> {
    return new View('account/delete', { form, asksPassword: await this.proofs.hasFirstFactor(caller) });
  }
}
