import { Module } from '@nestjs/common';
import { LoginThrottle } from './login-throttle';

/** Limits on guessing, shared by whatever takes a password. */
@Module({ providers: [LoginThrottle], exports: [LoginThrottle] })
export class ThrottlingModule {}
