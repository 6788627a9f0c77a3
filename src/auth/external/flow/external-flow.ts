import type { AuthorizationRequest } from '../providers/external-profile';

/** What a sign-in with a provider is for: a session, or one more way into the account that is signed in. */
export const INTENTS = ['login', 'link'] as const;

/** What a sign-in with a provider is for. */
export type ExternalIntent = (typeof INTENTS)[number];

/** A sign-in with a provider, as the browser that started it holds it in a sealed cookie. */
export interface ExternalFlow extends AuthorizationRequest {
  readonly id: string;
  readonly provider: string;
  /** The account that is to be linked; null for a sign-in. */
  readonly accountId: string | null;
  /** Where the browser goes afterwards, without a fragment. */
  readonly redirectTo: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}
