import { Global, Module } from '@nestjs/common';
import { AppLogger } from './app-logger';
import { OwnAddress } from './own-address';

/** The edge's injectable parts: the logger, and where the program is reached. */
@Global()
@Module({ providers: [AppLogger, OwnAddress], exports: [AppLogger, OwnAddress] })
export class HttpModule {}
