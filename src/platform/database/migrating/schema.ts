import type { Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import type { FeatureDefinition } from '../../features/feature.decorator';

declare module '../../features/feature.decorator' {
  interface FeatureDefinition {
    /** TypeORM's entities. */
    readonly entities?: readonly Type<object>[];
    /** The migrations that create their tables, oldest first; the name of each ends in its timestamp in milliseconds. */
    readonly migrations?: readonly Type<MigrationInterface>[];
  }
}

/** The entities and migrations of an application. */
export interface Schema {
  entities: Type<object>[];
  /** The migrations of all features run in the order of their timestamps. */
  migrations: Type<MigrationInterface>[];
}

/**
 * The schema of some features.
 * @throws TypeError when the migrations of one of them are not in the order of their timestamps
 */
export function schemaOf(features: readonly FeatureDefinition[]): Schema {
  for (const { name, migrations = [] } of features) {
    const times = migrations.map(timeOf);
    const isSorted = times.every((time, index) => index === 0 || time > (times[index - 1] ?? NaN));
    if (!isSorted) throw new TypeError(`The migrations of the feature ${name} are not sorted by their times`);
  }
  return {
    entities: features.flatMap(({ entities = [] }) => entities),
    migrations: features.flatMap(({ migrations = [] }) => migrations),
  };
}

/** TypeORM reads the timestamp from the same place. */
const timeOf = ({ name }: Type<MigrationInterface>): number => Number(name.slice(-13));
