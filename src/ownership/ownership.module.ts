import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { UsersModule } from '../users/users.module';
import { OwnedExport } from './owned-export';
import { Quotas } from './quotas';

/** What holds for the owned rows of every module. */
@Module({ imports: [DiscoveryModule, UsersModule], providers: [OwnedExport, Quotas] })
export class OwnershipModule {}
