import type { Type } from '@nestjs/common';
import type { Transaction } from '../../platform/database/transaction';
import { ProviderCall } from '../../platform/features/provider-call';
import type { User } from '../user.entity';

/** Data of a feature about each account, in its own table; created by `accountField()`. */
export interface AccountField {
  /** The DTO in responses. */
  readonly shown: Type<object>;
  /** The DTO that `PATCH /users/me` accepts; null for a field that owners cannot change. */
  readonly accepted: Type<object> | null;
  /** Reads the field of some accounts, by account id; it is omitted for accounts without an entry. */
  readonly read: ProviderCall<[users: readonly User[]], Promise<ReadonlyMap<string, object>>>;
  /** Changes the field in the transaction that changes the account. */
  readonly write: ProviderCall<[tx: Transaction, user: User, changes: unknown], Promise<unknown>>;
}

declare module '../../platform/features/feature.decorator' {
  interface FeatureDefinition {
    /**
     * Properties of accounts, by name: returned by `GET` and `PATCH /users/me`, to administrators and in the owner's
     * export, and changed by `PATCH /users/me`.
     */
    readonly accountFields?: Readonly<Record<string, AccountField>>;
  }
}

/** The read call of a field. */
interface Reading<S extends object> {
  readonly read: ProviderCall<[users: readonly User[]], Promise<ReadonlyMap<string, S>>>;
}

/** The write call of a field. */
interface Writing<C extends object> {
  readonly write: ProviderCall<[tx: Transaction, user: User, changes: C], Promise<unknown>>;
}

/** A read-only field of accounts. @param shown its DTO */
export const readOnlyAccountField = <S extends object>(shown: Type<S>, { read }: Reading<S>): AccountField => ({
  shown,
  accepted: null,
  read,
  write: new ProviderCall(() => () => Promise.resolve()),
});

/**
 * A field of accounts that their owners can change. @param shown the DTO in responses @param accepted the DTO of
 * changes
 */
export const accountField = <S extends object, C extends object>(
  shown: Type<S>,
  accepted: Type<C>,
  { read, write }: Reading<S> & Writing<C>,
): AccountField => ({
  shown,
  accepted,
  read,
  write: new ProviderCall((find) => {
    const change = write.bind(find);
    return async (tx, user, changes) => {
      if (!(changes instanceof accepted)) throw new TypeError(`A field was not read as ${accepted.name}`);
      await change(tx, user, changes);
    };
  }),
});
