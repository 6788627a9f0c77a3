import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../access/public.decorator';
import { Database } from '../database/database.service';
import { Problems } from '../openapi/operation';
import { overloaded } from '../problems/domain-error';
import { HealthDto } from './health.dto';

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

  /** Reports that the process is running. */
  @Get('live')
  checkLiveness(): HealthDto {
    return { status: 'ok' };
  }

  /**
   * Reports whether requests can be served. Responds with 503 when the database is unavailable or the server is
   * draining.
   */
  @Get('ready')
  @Problems('overloaded')
  async checkReadiness(): Promise<HealthDto> {
    if (this.isDraining) throw overloaded('The server is shutting down.');
    await this.database.ping();
    return { status: 'ok' };
  }
}
