import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../platform/access/authenticated.decorator';
import { WithLocation } from '../../platform/http/answers/with-location.decorator';
import { Problems } from '../../platform/openapi/operation';
import { mapPage } from '../../platform/pagination/page';
import { PageQueryDto } from '../../platform/pagination/page-query.dto';
import { IdPipe } from '../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../users/caller';
import { StepUp } from '../proofs/step-up.decorator';
import { MAKE_TOKEN, REAUTHENTICATE } from '../rate-limits/policies';
import { RateLimit } from '../rate-limits/rate-limit.decorator';
import { ApiTokensService } from './api-tokens.service';
import { ApiTokenDto, ApiTokenPageDto, CreatedApiTokenDto } from './dto/api-token.dto';
import { CreateApiTokenDto } from './dto/create-api-token.dto';

@ApiTags('API tokens')
@Authenticated()
@Controller('auth/api-tokens')
export class ApiTokensController {
  constructor(private readonly tokens: ApiTokensService) {}

  /** Lists the caller's API tokens, newest first, without their secrets. */
  @Get()
  async list(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<ApiTokenPageDto> {
    return mapPage(await this.tokens.list(caller, query), ApiTokenDto.from);
  }

  /** Creates an API token for a script; requires the caller's password. The secret is only in this response. */
  @Post()
  @RateLimit(REAUTHENTICATE, MAKE_TOKEN)
  @StepUp({ takesPassword: true })
  @WithLocation()
  @Problems('invalid_credentials', 'quota_exceeded')
  async create(@CurrentUser() caller: Caller, @Body() wanted: CreateApiTokenDto): Promise<CreatedApiTokenDto> {
    const { token, secret } = await this.tokens.create(caller, wanted);
    return Object.assign(ApiTokenDto.from(token), { token: secret });
  }

  /** Deletes an API token. It is refused from the next request on. */
  @Delete(':id')
  @StepUp()
  @HttpCode(204)
  async remove(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    await this.tokens.remove(caller, id);
  }
}
