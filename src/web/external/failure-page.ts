import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../platform/problems/domain-error';
import { type ProblemCode, PROBLEMS } from '../../platform/problems/problem-codes';
import { type PageAnswer, View } from '../rendering/page-answer';
import { ERROR_TEXTS, type ErrorText, EXTERNAL_ERROR_TEXTS } from '../rendering/texts';

/** What a sign-in with a provider failed by. @param back where to try again: a path of the site */
export function failurePage({ code, message }: DomainError, back: string): View {
  const { status, title } = PROBLEMS.get(code);
  const { heading, text, advice }: Partial<ErrorText> = EXTERNAL_ERROR_TEXTS[code] ?? ERROR_TEXTS[status] ?? {};
  const values = { heading: heading ?? title, text: text ?? message, advice: advice ?? '' };
  return new View('error', { ...values, wait: null, back, isForm: false }, status);
}

/** Does something that a provider may fail at; that it is down says nothing about this site. */
export async function orFailurePage(
  request: FastifyRequest,
  back: string,
  work: () => Promise<PageAnswer>,
): Promise<PageAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== UNAVAILABLE) throw error;
    request.problem = error;
    return failurePage(error, back);
  }
}

const UNAVAILABLE: ProblemCode = 'overloaded';
