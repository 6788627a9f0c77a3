import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Feature } from '../platform/features/feature.decorator';
import { PersonalDataModule } from '../users/personal-data/personal-data.module';
import { OwnedUsage1763712000000 } from './migrations/1763712000000-owned-usage';
import { OwnedRowsExporter } from './owned-rows-exporter.service';
import { OwnedUsage, Quota } from './owned-usage.entity';
import { OwnerRule } from './owner.rule';
import { QuotaPublisher } from './quota-publisher.service';

/** Access, export and quotas of the owned rows of all modules. */
@Feature({ name: 'ownership', entities: [OwnedUsage, Quota], migrations: [OwnedUsage1763712000000] })
@Module({ imports: [DiscoveryModule, PersonalDataModule], providers: [OwnedRowsExporter, OwnerRule, QuotaPublisher] })
export class OwnershipModule {}
