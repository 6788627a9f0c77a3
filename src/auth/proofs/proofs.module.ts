import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { UsersModule } from '../../users/users.module';
import { Reauthentication } from './reauthentication.service';

/** Asks callers for a recent proof, by whatever methods the rooms above offer. */
@Module({ imports: [DiscoveryModule, UsersModule], providers: [Reauthentication], exports: [Reauthentication] })
export class ProofsModule {}
