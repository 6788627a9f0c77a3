import { IdColumn, ReferenceColumn, TimestampColumn } from '../platform/database/sql/columns';
import { User } from '../users/user.entity';

/** A row that belongs to one user. Extend it, name the table, and `@Owned()` can guard it. */
export abstract class OwnedEntity {
  @IdColumn()
  id!: string;

  /** The user who may touch this row. */
  @ReferenceColumn(() => User)
  ownerId!: string;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  updatedAt!: number;
}
