import { applyDecorators } from '@nestjs/common';
import { Column, type ColumnOptions, ForeignKey, PrimaryColumn } from 'typeorm';

/** The primary key: a UUIDv7 generated in code. */
export const IdColumn = (): PropertyDecorator => applyDecorators(PrimaryColumn({ type: 'uuid' }));

/** A point in time: integer epoch milliseconds, exact on both databases, set in code from the clock. */
export const TimestampColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  applyDecorators(Column({ type: 'bigint', ...options }));

/** A foreign key with ON DELETE CASCADE. */
export const ReferenceColumn = (target: () => new () => object): PropertyDecorator =>
  applyDecorators(Column({ type: 'uuid' }), ForeignKey(target, { onDelete: 'CASCADE' }));
