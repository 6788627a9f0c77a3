import { ApiProperty } from '@nestjs/swagger';

/** The server is healthy. */
export class HealthDto {
  /** Always `ok`; an unhealthy server responds with an error. */
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
