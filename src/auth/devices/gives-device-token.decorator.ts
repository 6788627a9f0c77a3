import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import { DeviceTokenInterceptor, RenewedDeviceTokenInterceptor } from './device-token.interceptor';

/**
 * The handler lets a user in and answers `{ user: { id } }`: the device is known from then on, by a token in
 * `X-Device-Token` and in a cookie. It is good for this account, its present credentials and a year, and admits no one by
 * itself.
 */
export const GivesDeviceToken = () =>
  applyDecorators(UseInterceptors(DeviceTokenInterceptor), ApiExtension(MARKS.deviceToken, 'given'));

/** The handler changes the caller's password, which ends every device token: a device that is known gets a new one. */
export const RenewsDeviceToken = () =>
  applyDecorators(UseInterceptors(RenewedDeviceTokenInterceptor), ApiExtension(MARKS.deviceToken, 'renewed'));
