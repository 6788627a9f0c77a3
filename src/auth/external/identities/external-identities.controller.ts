import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../../../platform/access/authenticated.decorator';
import { Problems } from '../../../platform/openapi/operation';
import { mapPage } from '../../../platform/pagination/page';
import { PageQueryDto } from '../../../platform/pagination/page-query.dto';
import { IdPipe } from '../../../platform/validation/id.pipe';
import { type Caller, CurrentUser } from '../../../users/caller';
import { StepUp } from '../../proofs/step-up.decorator';
import { ExternalIdentityDto, ExternalIdentityPageDto } from './dto/external-identity.dto';
import { ExternalIdentities } from './external-identities.service';

@ApiTags('Sign-in with other providers')
@Authenticated()
@Controller('users/me/identities')
export class ExternalIdentitiesController {
  constructor(private readonly identities: ExternalIdentities) {}

  /** Lists the accounts at providers by which the caller can sign in, newest first. */
  @Get()
  async listIdentities(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<ExternalIdentityPageDto> {
    return mapPage(await this.identities.list(caller, query), ExternalIdentityDto.from);
  }

  /** Unlinks an account at a provider. Refused for the last way to sign in. */
  @Delete(':id')
  @StepUp()
  @HttpCode(204)
  @Problems('last_sign_in_method')
  unlinkIdentity(@CurrentUser() caller: Caller, @Param('id', IdPipe) id: string): Promise<void> {
    return this.identities.remove(caller, id);
  }
}
