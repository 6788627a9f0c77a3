import { SetMetadata } from '@nestjs/common';

/** Metadata key of a module's feature. */
export const FEATURE = Symbol('FEATURE');

/**
 * What a module contributes to parts of the application that do not know it. Each property is a list, a call
 * (`using()`), or an object with names that are unique among all features. The room that reads a property adds it here
 * by declaration merging.
 */
export interface FeatureDefinition {
  /** Unique among all features; the name of the module's folder, such as `notes`. */
  readonly name: string;
}

/**
 * Registers what a module contributes, next to its `@Module()`: entities, migrations, mails, jobs, scopes and
 * everything else in `FeatureDefinition`. Only features of modules that the application imports are registered.
 */
export const Feature = (definition: FeatureDefinition): ClassDecorator => SetMetadata(FEATURE, definition);
