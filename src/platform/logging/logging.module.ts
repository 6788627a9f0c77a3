import { Global, Module } from '@nestjs/common';
import { AppLogger } from './app-logger.service';

/** Structured logging for every module. */
@Global()
@Module({ providers: [AppLogger], exports: [AppLogger] })
export class LoggingModule {}
