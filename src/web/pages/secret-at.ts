import { DomainError } from '../../platform/problems/domain-error';
import type { ProblemCode } from '../../platform/problems/problem-codes';
import { TEXTS } from '../rendering/texts';

/** Refusals of a password or a code that is wrong. */
const WRONG: ReadonlySet<string> = new Set<ProblemCode>([
  'invalid_credentials',
  'invalid_second_factor',
  'invalid_email_code',
  'invalid_external_code',
]);

/** Does what a password or code was sent for; a wrong one is told beside its field, which the API has no need to name. */
export async function secretAt<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || !WRONG.has(error.code)) throw error;
    const { accountId, isRecorded, headers } = error;
    const errors = [{ pointer: `/${field}`, message: TEXTS.wrongSecret }];
    throw new DomainError(error.code, error.message, { errors, accountId, isRecorded, headers, cause: error });
  }
}
