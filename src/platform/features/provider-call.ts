import type { Type } from '@nestjs/common';

/** Finds the instance of a provider, whichever module it belongs to. */
export type FindProvider = <P>(Provider: Type<P>) => P;

/** A call of a provider that is named before there is an instance of it. Made by `using()`. */
export class ProviderCall<A extends readonly unknown[], R> {
  /** @param bind makes the function that calls the instance, which is looked up once, at the first call */
  constructor(readonly bind: (find: FindProvider) => (...args: A) => R) {}
}

/**
 * Names a call of a provider in a feature's definition: `using(NotesService, (notes, userId) => notes.export(userId))`.
 * @param Provider a provider of any module
 * @param call what to do with its instance and the arguments of the call
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
