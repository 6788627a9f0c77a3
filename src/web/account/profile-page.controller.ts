import { Get, HttpCode, Post } from '@nestjs/common';
import { ProfileService } from '../../accounts/profile/profile.service';
import { RENAME } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { type Caller, CurrentUser } from '../../users/caller';
import { UpdateUserDto } from '../../users/dto/update-user.dto';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { PageController } from '../pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';

const page = (form: FormState) => new View('account/profile', { form });

@Authenticated()
@Sensitive()
@PageController('account/profile')
export class ProfilePageController {
  constructor(private readonly profile: ProfileService) {}

  @Get()
  show(@CurrentUser() { user: { username } }: Caller): View {
    return page(newForm({ username }));
  }

  @RateLimit(RENAME)
  @Post()
  @HttpCode(200)
  rename(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(async () => {
      const changes = await form.read(UpdateUserDto, { username: form.text('username') });
      await this.profile.update(caller, changes);
      return new Redirect('/account/profile', { category: 'success', text: TEXTS.renamed });
    }, page);
  }
}
