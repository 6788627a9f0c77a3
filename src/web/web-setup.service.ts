import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { parseForms } from './forms/parse-forms';
import { ProblemPages } from './pages/problem-pages.service';

/** Request properties that pages add, so that all requests have one shape for V8. */
const PROPERTIES = ['siteCookies', 'isOtherBrowser'];

/** Prepares the HTTP server for pages. */
@Injectable()
export class WebSetup {
  constructor(private readonly problems: ProblemPages) {}

  addTo(fastify: FastifyInstance): void {
    for (const property of PROPERTIES) fastify.decorateRequest(property, undefined);
    parseForms(fastify);
    fastify.problemPresenters?.push((error, request, reply) => this.problems.present(error, request, reply));
  }
}
