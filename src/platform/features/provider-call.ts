import type { Type } from '@nestjs/common';

/** Finds the instance of a provider in any module. */
export type FindProvider = <P>(Provider: Type<P>) => P;

/** A call of a provider that is declared before its instance exists. Created by `using()`. */
export class ProviderCall<A extends readonly unknown[], R> {
  /** @param bind creates the function that calls the instance, which is looked up once, on the first call */
  constructor(readonly bind: (find: FindProvider) => (...args: A) => R) {}
}

/**
 * Declares a call of a provider in a feature definition: `using(NotesService, (notes, userId) =>
 * notes.export(userId))`.
 * @param Provider a provider of any module
 * @param call receives its instance and the arguments of the call
 */
export function using<P, A extends readonly unknown[], R>(
  Provider: Type<P>,
  call: (provider: P, ...args: A) => R,
): ProviderCall<A, R> {
  return new ProviderCall((find) => {
    let provider: P | undefined;
    return (...args) => call((provider ??= find(Provider)), ...args);
  });
}
