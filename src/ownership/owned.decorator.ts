import type { Type } from '@nestjs/common';
import type { OwnedEntity } from './owned.entity';
import { OwnerRule } from './owner.rule';
import { AllowedBy, LoadedRow } from './rules/allowed-by.decorator';
import type { NestedRow } from './rules/row-access';

/** Restricts routes with an `:id` to the owner of that row; otherwise like `@AllowedBy()`, including nested rows. */
export const Owned = (Entity: Type<OwnedEntity>, nested?: Readonly<Record<string, NestedRow>>) =>
  AllowedBy(OwnerRule, Entity, nested);

/** Injects the row that the guard of `@Owned()` loaded; see `LoadedRow`. */
export const OwnedResource = LoadedRow;
