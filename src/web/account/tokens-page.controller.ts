import { Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTokensService } from '../../auth/api-tokens/api-tokens.service';
import { CreateApiTokenDto } from '../../auth/api-tokens/dto/create-api-token.dto';
import { StepUp } from '../../auth/proofs/step-up.decorator';
import { StepUpService } from '../../auth/proofs/step-up.service';
import { MAKE_TOKEN, REAUTHENTICATE } from '../../auth/rate-limits/policies';
import { RateLimit } from '../../auth/rate-limits/rate-limit.decorator';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { AuthConfig } from '../../platform/config/auth.config';
import { IdPipe } from '../../platform/validation/id.pipe';
import { SCOPES } from '../../users/access/scopes';
import { type Caller, CurrentUser } from '../../users/caller';
import { type Form, FormBody, type FormState, newForm } from '../forms/form';
import { FormKeys } from '../forms/form-keys.service';
import { PageController } from '../pages/page-controller.decorator';
import { QueryText } from '../pages/query-text.decorator';
import { secretAt } from '../pages/secret-at';
import { type PageAnswer, Redirect, View } from '../rendering/page-answer';
import { TEXTS } from '../rendering/texts';
import { Sensitive } from '../sessions/session-cookie.scheme';
import { TokenExpiryDto } from './dto/token-expiry.dto';
import { listQuery } from './list-query';

const DAY_SECONDS = 86_400;

@Authenticated()
@Sensitive()
@PageController('account/tokens')
export class TokensPageController {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly keys: FormKeys,
    private readonly config: AuthConfig,
    private readonly proofs: StepUpService,
  ) {}

  @Get()
  async list(@CurrentUser() caller: Caller, @QueryText('cursor') cursor: string): Promise<View> {
    const { items, nextCursor } = await this.tokens.list(caller, listQuery(cursor));
    return new View('account/tokens', { tokens: items, cursor, nextCursor });
  }

  @Get('new')
  @StepUp({ takesPassword: true })
  offer(@CurrentUser() caller: Caller): Promise<View> {
    return this.form(caller, newForm());
  }

  /** Makes a token. Its secret is on this page and nowhere else; the same form again makes no other one. */
  @RateLimit(REAUTHENTICATE, MAKE_TOKEN)
  @Post()
  @StepUp({ takesPassword: true })
  @HttpCode(200)
  create(@CurrentUser() caller: Caller, @FormBody() form: Form): Promise<PageAnswer> {
    return form.submit(
      async () => {
        const wanted = await this.read(form);
        const id = this.keys.idOf(form.text('key'), caller.id);
        const { token, secret } = await secretAt('password', () => this.tokens.create(caller, wanted, id));
        return new View('account/token-created', { token, secret });
      },
      (state) => this.form(caller, state),
    );
  }

  @Get(':id/revoke')
  async confirm(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<View> {
    return new View('account/token-revoke', { token: await this.tokens.find(caller, id) });
  }

  @Post(':id/revoke')
  @StepUp()
  @HttpCode(200)
  async revoke(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<Redirect> {
    await this.tokens.remove(caller, id);
    return new Redirect('/account/tokens', { category: 'success', text: TEXTS.tokenRevoked });
  }

  /** Each showing has a key of its own: after a refusal no token was made, or another request made it. */
  private async form(caller: Caller, form: FormState): Promise<View> {
    const chosen = [form.values['scopes'] ?? []].flat();
    return new View('account/token-new', {
      form,
      asksPassword: await this.proofs.hasFirstFactor(caller),
      key: this.keys.issue(caller.id),
      scopes: SCOPES.names.map((name) => ({ name, text: SCOPES.get(name), isChosen: chosen.includes(name) })),
      defaultDays: Math.floor(this.config.apiTokenTtl / DAY_SECONDS),
      mostDays: Math.floor(this.config.apiTokenMaxTtl / DAY_SECONDS),
    });
  }

  /** A token is valid until the end of its last day, in UTC. */
  private async read(form: Form): Promise<CreateApiTokenDto> {
    const day = form.text('expiresAt');
    const { expiresAt } = await form.read(TokenExpiryDto, { expiresAt: day === '' ? undefined : day });
    return form.read(CreateApiTokenDto, {
      name: form.text('name'),
      scopes: form.list('scopes'),
      password: form.text('password'),
      expiresAt: expiresAt && `${expiresAt}T23:59:59.999Z`,
    });
  }
}
