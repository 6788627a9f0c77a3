import { cleanEnv, makeValidator } from 'envalid';

/** Raw environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Injection token for the environment that every config class reads; tests replace it. */
export const ENVIRONMENT = Symbol('ENVIRONMENT');

/** A variable is missing or wrong. The message is one line: the variable, what is wrong, and an example; never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The documentation of one variable in `.env.example`. */
export interface VariableDescription {
  desc?: string;
  example?: string;
}

/**
 * Reads and validates variables. An empty value counts as missing, because container tools pass unset variables as
 * empty ones.
 * @throws ConfigError for the first variable that is wrong
 */
export function readVariables<S extends Record<string, VariableDescription>>(specs: S, env: Environment) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return cleanEnv(given, specs, {
    reporter: ({ errors }) => {
      const [wrong] = Object.entries(errors);
      if (wrong) {
        const [name, error] = wrong;
        throw new ConfigError(`${name}: ${error?.message ?? 'wrong'} (example: ${name}=${specs[name]?.example ?? ''})`);
      }
    },
  });
}

/** A whole number between two bounds, both allowed. */
export const integer = (min: number, max: number) =>
  makeValidator<number>((input) => {
    const value = Number(input);
    if (!/^\d+$/.test(input) || value < min || value > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  });

/** `on` or `off`. */
export const onOff = makeValidator<boolean>((input) => {
  if (input !== 'on' && input !== 'off') throw new Error('must be on or off');
  return input === 'on';
});

/** One of a few words. */
export const oneOf = <T extends string>(...words: readonly T[]) =>
  makeValidator<T>((input) => {
    const word = words.find((candidate) => candidate === input);
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  });

/** Text that matches a pattern. */
export const text = (pattern: RegExp, meaning: string) =>
  makeValidator<string>((input) => {
    if (!pattern.test(input)) throw new Error(`must be ${meaning}`);
    return input;
  });

/** Comma-separated values, each of which passes the check. */
export const list = (accepts: (item: string) => boolean, meaning: string) =>
  makeValidator<readonly string[]>((input) => {
    const items = input.split(',').map((item) => item.trim());
    if (!items.every(accepts)) throw new Error(`must be ${meaning}, separated by commas`);
    return items;
  });

/** A comma-separated subset of a few words, or `none`. */
export const someOf = <T extends string>(...words: readonly T[]) =>
  makeValidator<readonly T[]>((input) => {
    if (input === 'none') return [];
    return input.split(',').map((item) => {
      const word = words.find((candidate) => candidate === item.trim());
      if (word === undefined) throw new Error(`must be none, or some of ${words.join(', ')}, separated by commas`);
      return word;
    });
  });
