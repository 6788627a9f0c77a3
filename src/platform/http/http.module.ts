import { Global, Module } from '@nestjs/common';
import { OwnAddress } from './own-address.service';

/** The injectable part of the HTTP layer: the server's own address. */
@Global()
@Module({ providers: [OwnAddress], exports: [OwnAddress] })
export class HttpModule {}
