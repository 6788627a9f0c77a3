import { Global, Module } from '@nestjs/common';
import { AppLogger } from './app-logger';

/** The edge's injectable parts: the logger. */
@Global()
@Module({ providers: [AppLogger], exports: [AppLogger] })
export class HttpModule {}
