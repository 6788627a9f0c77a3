import { Module } from '@nestjs/common';
import { SecurityNotices } from './security-notices.service';

/** What owners of accounts are told without having asked. */
@Module({ providers: [SecurityNotices], exports: [SecurityNotices] })
export class NoticesModule {}
