import { DomainError } from '../../platform/problems/domain-error';
import type { ProblemCode } from '../../platform/problems/problem-codes';
import { TEXTS } from '../rendering/texts';

/** Refusals of a password, a code or a passkey that is wrong. */
const WRONG: ReadonlySet<string> = new Set<ProblemCode>([
  'invalid_credentials',
  'invalid_second_factor',
  'invalid_email_code',
  'invalid_external_code',
  'invalid_passkey',
]);

/**
 * Does what a password, code or passkey was sent for; a wrong one is told beside its field, which the API has no need to
 * name. The field `passkey` is not seen: all that can be wrong with it is told in one text.
 */
export async function secretAt<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || !WRONG.has(error.code)) throw error;
    const { accountId, isRecorded, headers } = error;
    const about = { accountId, isRecorded, headers, cause: error };
    if (field === 'passkey') throw new DomainError(error.code, TEXTS.passkeyRefused, about);
    const errors = [{ pointer: `/${field}`, message: TEXTS.wrongSecret }];
    throw new DomainError(error.code, error.message, { ...about, errors });
  }
}
