import { Global, Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module';
import { DeviceTokenCodec } from './device-token.codec';
import { DeviceTokens } from './device-tokens.service';

/** Known devices. Global, so that a route only needs `@GivesDeviceToken()`. */
@Global()
@Module({ imports: [UsersModule], providers: [DeviceTokenCodec, DeviceTokens], exports: [DeviceTokens] })
export class DevicesModule {}
