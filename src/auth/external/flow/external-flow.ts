import type { AuthorizationRequest } from '../providers/external-profile';

/**
 * What a sign-in with a provider is for: a session, one more way into the account that is signed in, or a recent proof for
 * its session.
 */
export const INTENTS = ['login', 'link', 'step-up'] as const;

/** What a sign-in with a provider is for. */
export type ExternalIntent = (typeof INTENTS)[number];

/** What a page of the site has to know when the browser is back; clients of the API keep it themselves. */
export interface PageState {
  /** Where the visitor wants to go, as it was sent. */
  readonly next: string;
  /** The session is to be kept for 30 days. */
  readonly remembered: boolean;
}

/** A sign-in with a provider, as the browser that started it holds it in a sealed cookie. */
export interface ExternalFlow extends AuthorizationRequest {
  readonly id: string;
  readonly provider: string;
  readonly intent: ExternalIntent;
  /** The account that is to be linked, or whose owner proves to be there; null for a sign-in. */
  readonly accountId: string | null;
  /** The session that gets the proof of a step-up; null for any other intent. */
  readonly sessionId: string | null;
  /** Where the browser goes afterwards, without a fragment. */
  readonly redirectTo: string;
  /** Of a sign-in that a page started: the cookie alone continues it, and no code leaves the server. Null for the API. */
  readonly page: PageState | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}
