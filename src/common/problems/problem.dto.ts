import { ApiProperty } from '@nestjs/swagger';
import { type ProblemCode, PROBLEMS } from './problem-codes';

/** What is wrong with one field. */
export class FieldErrorDto {
  /** RFC 6901 JSON pointer into the body; the name of a parameter behind a slash. @example "/title" */
  @ApiProperty({ description: 'RFC 6901 JSON pointer into the body; the name of a parameter behind a slash.' })
  pointer!: string;

  /** What is wrong, for a person. */
  @ApiProperty({ description: 'What is wrong, for a person.' })
  message!: string;
}

/** A limit of the account that was reached. */
export class QuotaUseDto {
  @ApiProperty({ description: 'What is limited: `bytes` of text, `apiTokens`, or rows of a resource such as `notes`.' })
  name!: string;

  @ApiProperty({ type: 'integer', description: 'The most that the account may have.' })
  limit!: number;

  @ApiProperty({ type: 'integer', description: 'What the account had before this request.' })
  used!: number;
}

/** The body of every error: problem details (RFC 9457) as `application/problem+json`. */
export class ProblemDto {
  @ApiProperty({ description: 'A URI that names the kind of problem.' })
  type!: string;

  @ApiProperty({ description: 'The kind of problem, for a person.' })
  title!: string;

  @ApiProperty({ type: 'integer', description: 'The HTTP status.' })
  status!: number;

  @ApiProperty({ description: 'What happened this time, for a person.' })
  detail!: string;

  @ApiProperty({ description: 'The path that was asked for.' })
  instance!: string;

  @ApiProperty({
    enum: Object.keys(PROBLEMS),
    enumName: 'ProblemCode',
    description: 'Stable, for programs to branch on.',
  })
  code!: ProblemCode;

  @ApiProperty({ description: 'The `X-Request-Id` of this answer; the logs carry it too.' })
  requestId!: string;

  @ApiProperty({
    type: [FieldErrorDto],
    required: false,
    description: 'The fields at fault, where fields are at fault.',
  })
  errors?: FieldErrorDto[];

  @ApiProperty({ type: QuotaUseDto, required: false, description: 'With `quota_exceeded` only.' })
  quota?: QuotaUseDto;
}
