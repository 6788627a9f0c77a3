import type { Type } from '@nestjs/common';
import type { OwnedEntity } from './owned.entity';
import { OwnerRule } from './owner.rule';
import { AllowedBy, LoadedRow } from './rules/allowed-by.decorator';
import type { NestedRow } from './rules/row-access';

/** Routes with an `:id` answer only to the owner of that row; else as `@AllowedBy()`, with rows within it too. */
export const Owned = (Entity: Type<OwnedEntity>, nested?: Readonly<Record<string, NestedRow>>) =>
  AllowedBy(OwnerRule, Entity, nested);

/** Hands the row that the guard of `@Owned()` loaded to a handler; see `LoadedRow`. */
export const OwnedResource = LoadedRow;
