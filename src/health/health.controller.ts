import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/decorators/public.decorator';
import { overloaded } from '../common/problems/domain-error';
import { Database } from '../database/database';
import { Problems } from '../openapi/operation';

/** The process answers. */
export class HealthDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status!: 'ok';
}

/** For load balancers and orchestrators; also at `/health/...` without the base path. */
@ApiTags('System')
@Public()
@Controller('health')
export class HealthController implements OnModuleDestroy {
  private isDraining = false;

  constructor(private readonly database: Database) {}

  onModuleDestroy(): void {
    this.isDraining = true;
  }

  /** Answers while the process runs. */
  @Get('live')
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Answers 200 while requests can be served, 503 when the database is away or the server is draining. */
  @Get('ready')
  @Problems('overloaded')
  async ready(): Promise<HealthDto> {
    if (this.isDraining) throw overloaded('The server is shutting down.');
    await this.database.ping();
    return { status: 'ok' };
  }
}
