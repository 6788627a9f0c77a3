import { Global, Module } from '@nestjs/common';
import { DeviceTokenCodec } from './device-token.codec';
import { DeviceTokens } from './device-tokens.service';

/** Devices that have logged in before. Global, so that a route needs nothing but its `@GivesDeviceToken()`. */
@Global()
@Module({ providers: [DeviceTokenCodec, DeviceTokens], exports: [DeviceTokens] })
export class DevicesModule {}
