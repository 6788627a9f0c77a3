import { ApiProperty } from '@nestjs/swagger';
import { type ProblemCode, PROBLEMS } from './problem-codes';

/** What is wrong with one field. */
export class FieldErrorDto {
  /** RFC 6901 JSON pointer into the body; the name of a parameter behind a slash. @example "/title" */
  pointer!: string;

  /** What is wrong with it, for a person. @example "must be 1 to 200 characters" */
  message!: string;
}

/** A limit of the account that was reached. */
export class QuotaUseDto {
  /** What is limited: `bytes` of text, `apiTokens`, or rows of a resource such as `notes`. @example "notes" */
  name!: string;

  /** The most that the account may have. @example 100000 */
  @ApiProperty({ type: 'integer' })
  limit!: number;

  /** What the account had before this request. @example 100000 */
  @ApiProperty({ type: 'integer' })
  used!: number;
}

/** The body of every error: problem details (RFC 9457). */
export class ProblemDto {
  /** A URI that names the kind of problem. @example "urn:latchkey:problem:validation_failed" */
  type!: string;

  /** The kind of problem, for a person. @example "The request is not valid" */
  title!: string;

  /** The HTTP status. @example 400 */
  @ApiProperty({ type: 'integer' })
  status!: number;

  /** What happened this time, for a person. @example "One or more fields are not valid." */
  detail!: string;

  /** The path that was asked for. @example "/api/v1/notes" */
  instance!: string;

  /** The kind of problem, for programs to branch on. @example "validation_failed" */
  @ApiProperty({ enum: PROBLEMS.names, enumName: 'ProblemCode' })
  code!: ProblemCode;

  /** The `X-Request-Id` of this answer; the logs carry it too. @example "9c1f0a7be2d34c55-42" */
  requestId!: string;

  /** The fields at fault; only where fields are at fault. */
  errors?: FieldErrorDto[];

  /** The limit that was reached; with `quota_exceeded` only. */
  quota?: QuotaUseDto;
}
