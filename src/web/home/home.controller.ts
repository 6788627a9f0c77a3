import { Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../platform/access/public.decorator';
import { ServerConfig } from '../../platform/config/server.config';
import { asksForPage, indexDocument, type IndexDocument } from '../../platform/http/index-document';
import { PageController } from '../pages/page-controller.decorator';
import { View } from '../rendering/page-answer';

@PageController()
export class HomeController {
  constructor(private readonly config: ServerConfig) {}

  /** The first page; a program gets a document of links. */
  @Public()
  @Get()
  show(@Req() request: FastifyRequest): View | IndexDocument {
    const { swaggerUi } = this.config;
    return asksForPage(request) ? new View('home', { docs: swaggerUi ? '/api/docs' : '' }) : indexDocument(this.config);
  }
}
