import { ApiProperty } from '@nestjs/swagger';

/** The server is well. */
export class HealthDto {
  /** Always `ok`; a server that is not well answers with an error. */
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}
