import type { Type } from '@nestjs/common';
import { DomainError } from '../../platform/problems/domain-error';
import type { Form } from '../forms/form';
import { TEXTS } from '../rendering/texts';

/**
 * The answer of an authenticator in a form: the field `passkey`, which the script of the page fills with JSON.
 * @param Dto a body of the API
 * @throws DomainError `validation_failed`, with the same text as every other refusal: the user typed none of it
 */
export async function passkeyIn<T extends object>(form: Form, Dto: Type<T>): Promise<T> {
  try {
    return await form.read(Dto, parse(form.text('passkey')));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError('validation_failed', TEXTS.passkeyRefused, { cause: error });
  }
}

/** What was sent; an empty object for what is none. */
function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
