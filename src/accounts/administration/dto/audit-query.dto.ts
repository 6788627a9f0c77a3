import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageQueryDto } from '../../../platform/pagination/page-query.dto';
import { Optional, Text } from '../../../platform/validation/fields';
import { QueryId, QueryTime } from '../../../platform/validation/query-fields';

const RESULTS = ['success', 'failure'] as const;

/** Filters and page of the audit events. */
export class AuditQueryDto extends PageQueryDto {
  /** Only events of this type, such as `session.started`. */
  @Optional()
  @Text({ min: 1, max: 100, example: 'session.started' })
  type?: string;

  /** Only events that affected this account. */
  @Optional()
  @QueryId()
  accountId?: string;

  /** Only events whose actor is this account. */
  @Optional()
  @QueryId()
  actorId?: string;

  /** Only successes (`success`), or only refusals (`failure`). */
  @ApiProperty({ enum: RESULTS })
  @Optional()
  @IsIn(RESULTS, { message: `must be ${RESULTS.join(' or ')}` })
  result?: (typeof RESULTS)[number];

  /** Only events at this time or later, in ISO 8601 with a time zone: `2026-11-20T21:44:52Z`. */
  @Optional()
  @QueryTime()
  from?: number;

  /** Only events before this time, in ISO 8601 with a time zone. */
  @Optional()
  @QueryTime()
  to?: number;
}
