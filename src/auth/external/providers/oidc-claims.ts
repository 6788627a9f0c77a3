import type { IDToken } from 'openid-client';
import type { ExternalProviderConfig } from '../../../platform/config/sign-in/external.config';
import type { ExternalProfile } from './external-profile';
import { ProviderFault } from './provider-errors';

/** Longest `sub` (OpenID Connect Core, 2). */
const MAX_SUBJECT = 255;

/** No part of a subject or an address: databases refuse NUL, and replace lone surrogates, so that two would become one. */
const INVISIBLE = /\p{C}/u;

/** How far the clock of a provider may be ahead, in seconds. */
const MAX_SKEW = 300;

/** How far the clock of a provider may be behind, in seconds. */
const MAX_LAG = 30;

/** Claims about a person, of an ID token or of the UserInfo endpoint. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Checks what openid-client leaves open: there is no other audience, the token is not from the future, the subject can be
 * stored, and its tenant is listed.
 * @param now epoch milliseconds
 */
export function assertTrusted(
  { aud, azp, iat, sub, ...claims }: IDToken,
  { clientId, kind, tenants }: ExternalProviderConfig,
  now: number,
): void {
  const audiences = [aud].flat();
  if (audiences.length !== 1 || audiences[0] !== clientId) throw new TypeError('The ID token has other audiences');
  if (azp !== undefined && azp !== clientId) throw new TypeError('The ID token is for another party');
  if (iat > now / 1000 + MAX_SKEW) throw new TypeError('The ID token is from the future');
  if (sub === '' || sub.length > MAX_SUBJECT) throw new TypeError('The subject of the ID token is empty or too long');
  if (INVISIBLE.test(sub)) throw new TypeError('The subject of the ID token has invisible characters');
  if (kind === 'microsoft' && !tenants.some((tenant) => tenant === claims['tid']))
    throw new TypeError('The tenant is not listed');
}

/**
 * Checks that the user has just authenticated, where the provider says when that was: not all do, though the
 * specification demands it after `max_age` (OpenID Connect Core, 3.1.2.1).
 * @param since epoch milliseconds; null for whenever it was
 */
export function assertFresh({ auth_time: at }: Pick<IDToken, 'auth_time'>, since: number | null): void {
  if (since === null || at === undefined) return;
  if (at < since / 1000 - MAX_LAG) throw new TypeError('The user has not authenticated again');
}

/**
 * The profile of verified claims. An address counts as verified for the value `true` alone. Administrators of a tenant of
 * Microsoft set any address without proof, so theirs counts only where Microsoft says that the domain is the tenant's
 * (`xms_edov`).
 */
export function profileOf(token: IDToken, about: Claims, { kind }: ExternalProviderConfig): ExternalProfile {
  const email = textOf(about['email']);
  const isVerified = kind === 'microsoft' ? EDOV.includes(about['xms_edov']) : about['email_verified'] === true;
  return {
    issuer: token.iss,
    subject: token.sub,
    email,
    isEmailVerified: email !== null && isVerified,
    username: textOf(about['preferred_username']) ?? email,
  };
}

/** The forms in which Microsoft sends the optional claim. */
const EDOV: readonly unknown[] = [true, 1, '1'];

/** A claim that is text of a sensible length, all of which people can see. */
export const textOf = (claim: unknown): string | null =>
  typeof claim === 'string' && claim !== '' && claim.length <= 320 && !INVISIBLE.test(claim) ? claim : null;

/** The object of a JSON answer. @throws ProviderFault for anything else */
export function objectOf(answer: unknown): Claims {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new ProviderFault('An answer is not an object');
  }
  return { ...answer };
}
