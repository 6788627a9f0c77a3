import { Module } from '@nestjs/common';
import { Refusals } from './refusals';

/** What was refused to strangers, in the audit trail: one event a burst. */
@Module({ providers: [Refusals], exports: [Refusals] })
export class RefusalsModule {}
