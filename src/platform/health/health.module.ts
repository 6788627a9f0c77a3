import { Module } from '@nestjs/common';
import { Feature } from '../features/feature.decorator';
import { HealthController } from './health.controller';

/** Liveness and readiness of the process. */
@Feature({
  name: 'health',
  access: {
    'GET /health/live': 'public',
    'GET /health/ready': 'public',
  },
  tags: { System: 'For load balancers and orchestrators' },
})
@Module({ controllers: [HealthController] })
export class HealthModule {}
