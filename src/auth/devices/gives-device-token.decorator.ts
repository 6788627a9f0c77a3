import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { MARKS } from '../../platform/openapi/operation';
import { DeviceTokenInterceptor, RenewedDeviceTokenInterceptor } from './device-token.interceptor';

/**
 * The handler signs a user in and returns `{ user: { id } }`: the device becomes known by a token in `X-Device-Token`
 * and in a cookie. The token is valid for this account, its current credentials and a year, and does not authenticate a
 * user.
 */
export const GivesDeviceToken = () =>
  applyDecorators(UseInterceptors(DeviceTokenInterceptor), ApiExtension(MARKS.deviceToken, 'given'));

/** The handler changes the caller's password, which revokes all device tokens: a known device gets a new one. */
export const RenewsDeviceToken = () =>
  applyDecorators(UseInterceptors(RenewedDeviceTokenInterceptor), ApiExtension(MARKS.deviceToken, 'renewed'));
