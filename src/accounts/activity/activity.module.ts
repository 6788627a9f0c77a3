import { Module } from '@nestjs/common';
import { AuditQueries } from '../../platform/audit/audit-queries.service';
import { Feature } from '../../platform/features/feature.decorator';
import { using } from '../../platform/features/provider-call';
import { exportActivity } from './activity-export';
import { ActivityController } from './activity.controller';

/** The activity of an account, for its owner. */
@Feature({
  name: 'activity',
  access: {
    'GET /auth/activity': 'authenticated',
  },
  personalData: { activity: using(AuditQueries, exportActivity) },
})
@Module({ controllers: [ActivityController] })
export class ActivityModule {}
