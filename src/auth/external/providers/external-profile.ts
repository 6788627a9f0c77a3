/** What a provider says about an account of its own, after everything about the answer was verified. */
export interface ExternalProfile {
  /** Who says so: the issuer of the ID token. */
  readonly issuer: string;
  /** The account at the issuer; unique there and never reassigned. */
  readonly subject: string;
  /** The address of the account; null when the provider gives none. */
  readonly email: string | null;
  /** Whether the provider itself has verified that address. */
  readonly isEmailVerified: boolean;
  /** A name to derive a username from; null when the provider gives none. */
  readonly username: string | null;
}

/** What binds the answer of a provider to one request. */
export interface AuthorizationRequest {
  /** Binds the answer to the browser (RFC 6749, 10.12). */
  readonly state: string;
  /** Binds the ID token to this request (OpenID Connect Core, 3.1.2.1). */
  readonly nonce: string;
  /** Binds the authorization code to this request (PKCE, RFC 7636). */
  readonly verifier: string;
  /** The user has to authenticate at the provider again, not before this time (epoch milliseconds); null: whenever it was. */
  readonly freshSince: number | null;
}

/** Speaks the protocol of one provider. */
export interface ProviderClient {
  /** Where the browser is sent. @param redirectUri the callback address that is registered with the provider */
  authorizationUrl(request: AuthorizationRequest, redirectUri: string): Promise<URL>;
  /** Exchanges an answer for a profile. @param callback the callback address with the parameters of the answer */
  profileOf(callback: URL, request: AuthorizationRequest): Promise<ExternalProfile>;
}
