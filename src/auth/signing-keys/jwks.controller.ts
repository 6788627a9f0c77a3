import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/public.decorator';
import { JwksDto, JwkDto } from './jwks.dto';
import { SigningKeySet } from './signing-key-set.service';

/** The public keys, at the well-known address of the server (RFC 8615) that is the same for every version of the API. */
@ApiTags('Auth')
@Public()
@Controller({ path: '.well-known', version: VERSION_NEUTRAL })
export class JwksController {
  constructor(private readonly keys: SigningKeySet) {}

  /**
   * Returns the public keys that verify access tokens. The next key appears an hour before it signs, and a replaced one
   * stays until its last token has expired, so they can be cached. Empty unless tokens are signed with ES256.
   */
  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=300')
  async getPublicKeys(): Promise<JwksDto> {
    const keys = await this.keys.published();
    return { keys: keys.map((key) => JwkDto.from(key)) };
  }
}
