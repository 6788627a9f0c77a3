import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { DomainError, overloaded } from '../../../platform/problems/domain-error';

/** A provider was not reached, or its answer is none. */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
}

/** The same error for everything that is wrong with a sign-in, or with what a provider says. */
export const invalidExternalSignIn = (cause?: unknown) =>
  new DomainError(
    'invalid_external_sign_in',
    'The sign-in is not valid: it was used, it expired, or it was started in another browser. Start over.',
    { cause },
  );

/** 503: the provider can't be used now. */
export const externalUnavailable = (cause: unknown) =>
  overloaded('The provider does not answer as it should; try again later.', new Error(describe(cause)));

const denied = () => new DomainError('external_denied', 'The provider did not sign you in.');

/** Codes of answers that are not what the protocol says, whatever they contain. */
const FAULTS: readonly unknown[] = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_REQUEST_PROTOCOL_FORBIDDEN',
];

/** The error of a sign-in whose answer could not be exchanged: 503 when the provider is at fault, otherwise 401. */
export function exchangeError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof AuthorizationResponseError) return denied();
  if (error instanceof ResponseBodyError) return error.status >= 500 ? externalUnavailable(error) : refused(error);
  const isFault = causesOf(error).some(
    (cause) => cause instanceof ProviderFault || (cause instanceof ClientError && FAULTS.includes(cause.code)),
  );
  return isFault ? externalUnavailable(error) : refused(error);
}

const refused = (error: unknown) => invalidExternalSignIn(new Error(describe(error)));

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

/** The messages of an error and its causes alone: what else they have may be tokens. */
export const describe = (error: unknown): string =>
  causesOf(error)
    .map(({ message }) => message)
    .join(': ');
