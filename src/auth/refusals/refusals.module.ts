import { Module } from '@nestjs/common';
import { RefusalRecorder } from './refusals.service';

/** What was refused to strangers, in the audit trail: one event a burst. */
@Module({ providers: [RefusalRecorder], exports: [RefusalRecorder] })
export class RefusalsModule {}
