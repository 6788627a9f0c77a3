import { SetMetadata } from '@nestjs/common';

/** Metadata key of a module's feature. */
export const FEATURE = Symbol('FEATURE');

/**
 * What a module brings to parts of the program that know nothing of it. Each kind is a list, a call (`using()`), or an
 * object by names that are unique among all features. The room that reads a kind adds it here by declaration merging.
 */
export interface FeatureDefinition {
  /** Unique among all features; the name of the module's folder, such as `notes`. */
  readonly name: string;
}

/**
 * Registers what a module brings, beside its `@Module()`: entities, migrations, mails, jobs, scopes and everything else
 * of `FeatureDefinition`. What a module does not import into the application counts for nothing.
 */
export const Feature = (definition: FeatureDefinition): ClassDecorator => SetMetadata(FEATURE, definition);
