import { Controller, Get, Param, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/public.decorator';
import { DomainError } from '../../platform/problems/domain-error';
import { Assets } from './assets.service';

/** Stylesheets, scripts and icons of pages. */
@Public()
@ApiExcludeController()
@Controller({ path: 'assets', version: VERSION_NEUTRAL })
export class AssetsController {
  constructor(private readonly assets: Assets) {}

  @Get(':version/:name')
  async send(
    @Param('version') version: string,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asset = await this.assets.load(`${version}/${name}`);
    if (!asset) throw new DomainError('not_found', 'There is no such file.');
    const isGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    void reply
      .headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' })
      .headers(isGzip ? { 'content-encoding': 'gzip' } : {})
      .type(asset.type)
      .send(isGzip ? asset.gzip : asset.content);
  }
}
