import type { ProviderCall } from './provider-call';

/** An account that tests call the operations of every feature with. */
export interface KnownAccount {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** Logs in once more. */
  readonly newSession: () => Promise<{ id: string; refreshToken: string }>;
}

/** Who calls, and who else there is. */
export interface KnownAccounts {
  /** Makes the request. */
  readonly owner: KnownAccount;
  /** Another account, which bodies may name. */
  readonly stranger: KnownAccount;
  readonly newAccount: () => Promise<KnownAccount>;
}

/** Makes something for a request that succeeds, with the providers of the feature (`using()`) or without. */
export type KnownGood<T> =
  ProviderCall<[accounts: KnownAccounts], T | Promise<T>> | ((accounts: KnownAccounts) => T | Promise<T>);

declare module './feature.decorator' {
  interface FeatureDefinition {
    /**
     * Bodies that succeed, for tests that call every operation, by method and path: `'POST /projects'`. Left out where the
     * example of the OpenAPI document succeeds.
     */
    readonly knownBodies?: Readonly<Record<string, KnownGood<object>>>;
    /**
     * The id of a new row of the owner, by the path up to its parameter: `'/projects/{id}'`. Left out where a `POST` to the
     * path before the parameter makes one.
     */
    readonly knownRows?: Readonly<Record<string, KnownGood<string>>>;
  }
}
