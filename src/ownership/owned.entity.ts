import { IdColumn, ReferenceColumn, TimestampColumn } from '../platform/database/sql/columns';
import { User } from '../users/user.entity';

/** A row that belongs to a user. Extend it and name the table, and `@Owned()` can guard it. */
export abstract class OwnedEntity {
  @IdColumn()
  id!: string;

  /** The owner of this row. */
  @ReferenceColumn(() => User)
  ownerId!: string;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  updatedAt!: number;
}
