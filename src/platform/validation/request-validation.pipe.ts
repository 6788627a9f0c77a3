import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { DomainError, type FieldError } from '../problems/domain-error';

const escapePointer = (token: string) => token.replaceAll('~', '~0').replaceAll('/', '~1');

/** Bodies that guards validated before the pipes of their handler: the class and the result. */
const early = new WeakMap<object, { metatype: Type; result: unknown }>();

/**
 * Validates bodies and queries against their DTO: unknown properties are refused, nothing is converted implicitly, and
 * text that cannot be stored (with NUL characters or lone surrogates) is refused everywhere.
 * @throws DomainError `validation_failed`, naming each field by JSON pointer
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  /** Query DTOs without required properties: most lists are requested without a query. */
  private readonly withoutQuery = new Set<Type>();

  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => validationFailed(errors.flatMap((error) => fieldErrors(error, ''))),
    });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Values of our own decorators, the caller or a loaded row, do not come from the client.
    if (metadata.type === 'custom') return Promise.resolve(value);
    const before = metadata.type === 'body' && isObject(value) ? early.get(value) : undefined;
    const isSame = before && before.metatype === metadata.metatype;
    return isSame ? Promise.resolve(before.result) : this.validated(value, metadata);
  }

  /** Validates a body for a guard, because guards run before pipes. The handler's own pipe reuses the result. */
  async validateEarly(body: unknown, metatype: Type): Promise<void> {
    const result = await this.transform(body, { type: 'body', metatype });
    if (isObject(body)) early.set(body, { metatype, result });
  }

  private async validated(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && !isObject(value)) {
      throw validationFailed([{ pointer: '', message: 'must be a JSON object' }]);
    }
    const faults = [...findUnstorable(value), ...findInherited(value, metadata.metatype)];
    if (faults.length > 0) throw validationFailed(faults);
    const { metatype } = metadata;
    const isEmptyQuery = metadata.type === 'query' && isObject(value) && Object.keys(value).length === 0;
    if (isEmptyQuery && metatype && this.withoutQuery.has(metatype)) return new metatype();
    // Looked for before, as Nest takes some of them out of the value, and told after what the rules themselves refuse.
    const hidden = findInheritedWithin(value);
    const result: unknown = await super.transform(value, metadata);
    if (hidden.length > 0) throw validationFailed(hidden);
    if (isEmptyQuery && metatype) this.withoutQuery.add(metatype);
    return result;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A hostile body can break thousands of rules; naming them all would only amplify it. */
const MAX_ERRORS = 50;

/** 400 for invalid fields. */
export const validationFailed = (errors: FieldError[]) =>
  new DomainError('validation_failed', 'One or more fields are not valid.', { errors: errors.slice(0, MAX_ERRORS) });

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${escapePointer(error.property)}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: rule === 'whitelistValidation' ? UNKNOWN : message,
  }));
  return [...own.slice(0, 1), ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

/**
 * Deeper and larger bodies are refused before anything recursive or costly processes them; no DTO is nearly as large.
 */
export const MAX_LEVELS = 16;
export const MAX_VALUES = 1_000;

/** The messages for a body that exceeds a bound. */
export const EXCESS_MESSAGES = {
  levels: `must not nest deeper than ${MAX_LEVELS} levels`,
  values: `must not make the body have more than ${MAX_VALUES} values`,
};

const UNKNOWN = 'is not a known property';

/** Whether all objects inherit a property of this name, or Nest strips it. */
const isInherited = (key: string): boolean => key in Object.prototype || key === 'prototype';

/** Finds text that cannot be stored, at any depth. */
function findUnstorable(body: unknown): FieldError[] {
  let values = 0;
  const visit = (value: unknown, pointer: string, level: number): FieldError[] => {
    values += 1;
    if (typeof value === 'string') {
      if (value.includes('\0')) return [{ pointer, message: 'must not contain a NUL character' }];
      return value.isWellFormed() ? [] : [{ pointer, message: 'must be well-formed Unicode, without lone surrogates' }];
    }
    if (typeof value !== 'object' || value === null) return [];
    if (level === MAX_LEVELS) return [{ pointer, message: EXCESS_MESSAGES.levels }];
    const entries = Object.entries(value);
    if (values + entries.length > MAX_VALUES) {
      return [{ pointer, message: EXCESS_MESSAGES.values }];
    }
    return entries.flatMap(([key, item]) => visit(item, `${pointer}/${escapePointer(key)}`, level + 1));
  };
  return visit(body, '', 0);
}

/** Whether all text in the value can be stored. */
export const isStorable = (value: unknown): boolean => findUnstorable(value).length === 0;

/**
 * Finds unknown properties whose names all objects inherit, or that Nest strips: class-validator considers them known,
 * or never sees them.
 */
function findInherited(value: unknown, metatype: Type | undefined): FieldError[] {
  if (!isObject(value) || !metatype) return [];
  const inherited = Object.keys(value).filter(isInherited);
  if (inherited.length === 0) return [];
  const known = getMetadataStorage().getTargetValidationMetadatas(metatype, '', true, false);
  return inherited
    .filter((key) => known.every(({ propertyName }) => propertyName !== key))
    .map((key) => ({ pointer: `/${escapePointer(key)}`, message: UNKNOWN }));
}

/** The same for nested objects, whose DTOs have no property of such a name. */
function findInheritedWithin(value: unknown, pointer = ''): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    const isHidden = pointer !== '' && isInherited(key);
    return isHidden ? [{ pointer: at, message: UNKNOWN }] : findInheritedWithin(item, at);
  });
}
