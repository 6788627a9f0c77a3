import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { admitForm } from '../../auth/rate-limits/rate-limit.guard';
import { toDomainError } from '../../platform/http/errors/send-problem';
import type { DomainError } from '../../platform/problems/domain-error';
import { type ProblemCode, PROBLEMS } from '../../platform/problems/problem-codes';
import { RequestValidationPipe, validationFailed } from '../../platform/validation/request-validation.pipe';
import { type PageAnswer, View } from '../rendering/page-answer';
import { LABELS } from '../rendering/texts';
import type { FormFields } from './parse-forms';

/** What a template shows of a form. */
export interface FormState {
  /** What the fields hold, by name; never a password or a code. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What is wrong with fields, by name: the rest of a sentence that begins with the field's label. */
  readonly errors: Readonly<Record<string, string>>;
  /** The same as a list, with the labels of the fields. */
  readonly faults: readonly { name: string; label: string; message: string }[];
  /** What is wrong, in a sentence; undefined when nothing is. */
  readonly message?: string | undefined;
}

/** A form as it is shown first. @param values what its fields hold */
export const newForm = (values: FormState['values'] = {}): FormState => ({ values, errors: {}, faults: [] });

/** Refusals that are not about what was filled in: the error pages, or other pages, answer them. */
const ELSEWHERE = new Set([
  ...['unauthenticated', 'invalid_token', 'forbidden', 'not_found', 'rate_limited'],
  ...['invalid_challenge', 'invalid_external_sign_in', 'step_up_required'],
]);

/** Fields whose values are not shown again. */
const SECRET = /password|passkey|code|totp|_csrf/i;

const pipe = new RequestValidationPipe();

/** What a form sent, and what becomes of it. */
export class Form {
  constructor(
    private readonly fields: FormFields,
    private readonly request: FastifyRequest,
  ) {}

  /**
   * The text of a field, with line ends as the API has them; empty where there is none.
   * @throws DomainError `validation_failed` for a field that was sent more than once: limits would not have counted it
   */
  text(name: string): string {
    const value = this.fields[name] ?? '';
    if (typeof value !== 'string') throw validationFailed([{ pointer: `/${name}`, message: 'must be sent once' }]);
    return value.replaceAll('\r\n', '\n');
  }

  /** Whether a checkbox is checked. */
  isChecked(name: string): boolean {
    return this.fields[name] !== undefined;
  }

  /** The checked boxes of one name. */
  list(name: string): readonly string[] {
    return [this.fields[name] ?? []].flat();
  }

  /**
   * What was filled in, by the rules of a DTO of the API.
   * @param values of its properties; `undefined` for one that is left out
   * @throws DomainError `validation_failed`
   */
  async read<T extends object>(Dto: Type<T>, values: { [K in keyof T]?: unknown }): Promise<T> {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    return (await pipe.transform(given, { type: 'body', metatype: Dto })) as T;
  }

  /**
   * Asks the limits of a route with `@RateLimitForm()`. Call it once the form is valid, before anything costly.
   * @throws DomainError `rate_limited`
   */
  admit(): Promise<void> {
    return admitForm(this.request);
  }

  /**
   * Does what the form asks for. What is wrong with its fields is shown in the form again, with what was filled in.
   * @param again the page of the form, told why it comes again
   */
  async submit(
    work: () => Promise<PageAnswer>,
    again: (form: FormState, code: ProblemCode) => View | Promise<View>,
  ): Promise<PageAnswer> {
    try {
      return await work();
    } catch (error) {
      // What the database refuses, such as one row more than a quota allows, is no reason to lose what was filled in.
      const problem = toDomainError(error, this.request);
      const { status } = PROBLEMS.get(problem.code);
      if (status >= 500 || ELSEWHERE.has(problem.code)) throw error;
      this.request.problem = problem;
      const { template, values } = await again(this.rejected(problem), problem.code);
      return new View(template, values, status);
    }
  }

  private rejected({ message, errors = [] }: DomainError): FormState {
    const kept = Object.entries(this.fields).filter(([name]) => !SECRET.test(name));
    const faults = errors.map(({ pointer, message: fault }) => {
      const name = pointer.slice(1);
      return { name, label: LABELS[name] ?? name, message: fault };
    });
    return {
      values: Object.fromEntries(kept),
      errors: Object.fromEntries(faults.map(({ name, message: fault }) => [name, fault])),
      faults,
      message,
    };
  }
}

/** Hands what a form sent to a handler: `create(@FormBody() form: Form)`. */
export const FormBody = createParamDecorator((_: unknown, context: ExecutionContext): Form => {
  const request = context.switchToHttp().getRequest<FastifyRequest<{ Body: FormFields | undefined }>>();
  return new Form(request.body ?? {}, request);
});

/** Hands what a form with `method="get"` sent to a handler: `list(@QueryForm() filters: Form)`. */
export const QueryForm = createParamDecorator((_: unknown, context: ExecutionContext): Form => {
  const request = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: FormFields }>>();
  return new Form(request.query, request);
});
