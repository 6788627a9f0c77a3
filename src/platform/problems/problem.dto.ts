import { ApiProperty } from '@nestjs/swagger';
import { type ProblemCode, PROBLEMS } from './problem-codes';

/** The error of one field. */
export class FieldErrorDto {
  /** RFC 6901 JSON pointer into the body, or a slash and the name of a parameter. @example "/title" */
  pointer!: string;

  /** The error, for humans. @example "must be 1 to 200 characters" */
  message!: string;
}

/** A quota of the account that was reached. */
export class QuotaUseDto {
  /** The limited resource: `bytes` of text, `apiTokens`, or rows of a resource such as `notes`. @example "notes" */
  name!: string;

  /** The maximum for the account. @example 100000 */
  @ApiProperty({ type: 'integer' })
  limit!: number;

  /** The account's usage before this request. @example 100000 */
  @ApiProperty({ type: 'integer' })
  used!: number;
}

/** The body of every error: problem details (RFC 9457). */
export class ProblemDto {
  /** A URI that identifies the kind of problem. @example "urn:latchkey:problem:validation_failed" */
  type!: string;

  /** The kind of problem, for humans. @example "The request is not valid" */
  title!: string;

  /** The HTTP status. @example 400 */
  @ApiProperty({ type: 'integer' })
  status!: number;

  /** A description of this occurrence, for humans. @example "One or more fields are not valid." */
  detail!: string;

  /** The requested path. @example "/api/v1/notes" */
  instance!: string;

  /** The kind of problem, for programs to branch on. @example "validation_failed" */
  @ApiProperty({ enum: PROBLEMS.names, enumName: 'ProblemCode' })
  code!: ProblemCode;

  /** The `X-Request-Id` of this response, which is also in the logs. @example "9c1f0a7be2d34c55-42" */
  requestId!: string;

  /** The invalid fields, if any. */
  errors?: FieldErrorDto[];

  /** The quota that was reached; only with `quota_exceeded`. */
  quota?: QuotaUseDto;

  /** The accepted methods of proof; only with `step_up_required`. */
  methods?: string[];
}
