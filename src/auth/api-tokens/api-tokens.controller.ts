import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/domain-events';
import { mapPage } from '../../common/pagination/page';
import { PageQueryDto } from '../../common/pagination/page-query.dto';
import { DomainError } from '../../common/problems/domain-error';
import { IdPipe } from '../../common/validation/id.pipe';
import { Created } from '../../http/created';
import { Problems } from '../../openapi/operation';
import { Authenticated } from '../../users/authenticated';
import { CurrentActor, CurrentSessionId, CurrentUser, type Principal } from '../../users/principal';
import { MAKE_TOKEN, REAUTHENTICATE } from '../throttling/policies';
import { RateLimit } from '../throttling/rate-limit.decorator';
import { ApiTokenMaking } from './api-token-making';
import { ApiTokensService } from './api-tokens.service';
import { ApiTokenDto, ApiTokenPageDto, CreatedApiTokenDto } from './dto/api-token.dto';
import { CreateApiTokenDto } from './dto/create-api-token.dto';

@ApiTags('API tokens')
@Authenticated()
@Controller('auth/api-tokens')
export class ApiTokensController {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly making: ApiTokenMaking,
  ) {}

  /** Lists the caller's API tokens, newest first, without their secrets. */
  @Get()
  async list(@CurrentUser() caller: Principal, @Query() query: PageQueryDto): Promise<ApiTokenPageDto> {
    return mapPage(await this.tokens.list(caller.id, query), ApiTokenDto.from);
  }

  /** Makes an API token for a script, for the caller's password. Its secret is in this answer and nowhere else. */
  @Post()
  @RateLimit(REAUTHENTICATE, MAKE_TOKEN)
  @Created()
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
