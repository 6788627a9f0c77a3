import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { ActivityController } from './activity.controller';

/** What happened to an account, for its owner. */
@Module({ imports: [UsersModule], controllers: [ActivityController] })
export class ActivityModule {}
