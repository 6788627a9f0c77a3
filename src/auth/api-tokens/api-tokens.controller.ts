import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import type { Actor } from '../../platform/audit/domain-events';
import { WithLocation } from '../../platform/http/answers/with-location.decorator';
import { Problems } from '../../platform/openapi/operation';
import { mapPage } from '../../platform/pagination/page';
import { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { DomainError } from '../../platform/problems/domain-error';
import { IdPipe } from '../../platform/validation/id.pipe';
import { CurrentActor, CurrentSessionId, CurrentUser, type Principal } from '../../users/caller';
import { MAKE_TOKEN, REAUTHENTICATE } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { ApiTokenIssuer } from './api-token-issuer.service';
import { ApiTokensService } from './api-tokens.service';
import { ApiTokenDto, ApiTokenPageDto, CreatedApiTokenDto } from './dto/api-token.dto';
import { CreateApiTokenDto } from './dto/create-api-token.dto';

@ApiTags('API tokens')
@Authenticated()
@Controller('auth/api-tokens')
export class ApiTokensController {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly making: ApiTokenIssuer,
  ) {}

  /** Lists the caller's API tokens, newest first, without their secrets. */
  @Get()
  async list(@CurrentUser() caller: Principal, @Query() query: PageQueryDto): Promise<ApiTokenPageDto> {
    return mapPage(await this.tokens.list(caller.id, query), ApiTokenDto.from);
  }

  /** Makes an API token for a script, for the caller's password. Its secret is in this answer and nowhere else. */
  @Post()
  @RateLimit(REAUTHENTICATE, MAKE_TOKEN)
  @WithLocation()
  @Problems('invalid_credentials', 'quota_exceeded')
  async create(
    @CurrentUser() { id }: Principal,
    @CurrentSessionId() sessionId: string,
    @CurrentActor() actor: Actor,
    @Body() wanted: CreateApiTokenDto,
  ): Promise<CreatedApiTokenDto> {
    const { token, secret } = await this.making.make({ id, sessionId }, wanted, actor);
    return Object.assign(ApiTokenDto.from(token), { token: secret });
  }

  /** Deletes an API token. It is refused from the next request on. */
  @Delete(':id')
  @HttpCode(204)
  async remove(
    @CurrentUser() caller: Principal,
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
  ): Promise<void> {
    if (!(await this.tokens.remove(caller.id, id, actor)))
      throw new DomainError('not_found', 'You have no API token with this id.');
  }
}
