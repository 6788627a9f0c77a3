import { DomainError } from '../../platform/problems/domain-error';
import { TEXTS } from '../rendering/texts';

/** Does what a password is asked for again; a wrong one is told beside its field, which the API has no need to name. */
export async function passwordAt<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid_credentials') throw error;
    const { accountId, isRecorded, headers } = error;
    const errors = [{ pointer: `/${field}`, message: TEXTS.wrongPassword }];
    throw new DomainError(error.code, error.message, { errors, accountId, isRecorded, headers, cause: error });
  }
}
