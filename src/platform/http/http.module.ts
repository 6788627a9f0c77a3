import { Global, Module } from '@nestjs/common';
import { OwnAddress } from './own-address.service';

/** The injectable part of the HTTP edge: where the program is reached. */
@Global()
@Module({ providers: [OwnAddress], exports: [OwnAddress] })
export class HttpModule {}
