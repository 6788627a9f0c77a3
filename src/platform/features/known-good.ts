import type { ProviderCall } from './provider-call';

/** An account for tests that call the operations of every feature. */
export interface KnownAccount {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** Logs in again. */
  readonly newSession: () => Promise<{ id: string; refreshToken: string }>;
}

/** The accounts of a test. */
export interface KnownAccounts {
  /** Makes the request. */
  readonly owner: KnownAccount;
  /** Another account, which bodies may name. */
  readonly stranger: KnownAccount;
  readonly newAccount: () => Promise<KnownAccount>;
}

/** Creates a value for a request that succeeds, with the providers of the feature (`using()`) or without. */
export type KnownGood<T> =
  ProviderCall<[accounts: KnownAccounts], T | Promise<T>> | ((accounts: KnownAccounts) => T | Promise<T>);

declare module './feature.decorator' {
  interface FeatureDefinition {
    /**
     * Bodies that succeed, for tests that call every operation, by method and path: `'POST /projects'`. Not needed
     * where the example in the OpenAPI document succeeds.
     */
    readonly knownBodies?: Readonly<Record<string, KnownGood<object>>>;
    /**
     * Creates a row of the owner and returns its id, by the path up to its parameter: `'/projects/{id}'`. Not needed
     * where a `POST` to the path before the parameter creates one.
     */
    readonly knownRows?: Readonly<Record<string, KnownGood<string>>>;
  }
}
