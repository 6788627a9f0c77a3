import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { pagesOf, PersonalData } from '../users/personal-data/personal-data.service';
import { OwnedRows } from './owned-rows';
import type { OwnedEntity } from './owned.entity';

/** Adds the owned rows of every module to the owner's export, without any code in the module. */
@Injectable()
export class OwnedRowsExporter implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly personalData: PersonalData,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      if (isOwnedRows(instance)) this.contribute(instance);
    }
  }

  private contribute(rows: OwnedRows<OwnedEntity>): void {
    this.personalData.contribute(rows.name, async function* (ownerId) {
      for await (const batch of pagesOf((query) => rows.list(ownerId, query)))
        yield batch.map((row) => rows.exported(row));
    });
  }
}

const isOwnedRows = (value: unknown): value is OwnedRows<OwnedEntity> => value instanceof OwnedRows;
