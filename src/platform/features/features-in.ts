import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { FEATURE, type FeatureDefinition } from './feature.decorator';
import { ProviderCall } from './provider-call';

/** An entry of a module's `imports`. */
type Import = Type | DynamicModule | Promise<DynamicModule> | ForwardReference<() => Type>;

/**
 * The features of modules and of everything that they import. A feature comes after those of the modules that its own
 * module imports; otherwise the order is that of `imports`.
 * @throws TypeError when two features register the same name in the same property
 */
export function featuresIn(...roots: readonly Import[]): FeatureDefinition[] {
  const seen = new Set<Import>();
  const features: FeatureDefinition[] = [];
  const visit = (named: Import) => {
    const imported = 'forwardRef' in named ? named.forwardRef() : named;
    const { module, imports } = resolved(imported);
    // A dynamic module may have different imports each time.
    if (module === undefined || seen.has(imported)) return;
    seen.add(imported);
    imports.forEach(visit);
    const feature = Reflect.getMetadata(FEATURE, module) as FeatureDefinition | undefined;
    if (feature && !features.includes(feature)) features.push(feature);
  };
  roots.forEach(visit);
  assertNamesUnique(features);
  return features;
}

/** The class of a module, undefined for a promise, and its imports. */
function resolved(imported: Exclude<Import, ForwardReference>): {
  module: Type | undefined;
  imports: readonly Import[];
} {
  if (typeof imported === 'function') {
    return { module: imported, imports: (Reflect.getMetadata(MODULE_METADATA.IMPORTS, imported) ?? []) as Import[] };
  }
  if (!('module' in imported)) return { module: undefined, imports: [] };
  return { module: imported.module, imports: [...resolved(imported.module).imports, ...(imported.imports ?? [])] };
}

function assertNamesUnique(features: readonly FeatureDefinition[]): void {
  const claimed = new Map<string, string>();
  for (const feature of features) {
    for (const claim of claimsOf(feature)) {
      const other = claimed.get(claim);
      if (other !== undefined) throw new TypeError(`The features ${other} and ${feature.name} both have the ${claim}`);
      claimed.set(claim, feature.name);
    }
  }
}

/** Properties that are settings of each feature: their keys are not names. */
const settings = new Set<string>();

/** Declares a property of features as settings, so that every feature may use the same keys. */
export function declareSettings(part: Exclude<keyof FeatureDefinition, 'name'>): void {
  settings.add(part);
}

/** What must be unique among all features: the feature's name, and each name in its properties. */
const claimsOf = (feature: FeatureDefinition): string[] => [
  `name ${feature.name}`,
  ...partsWithNames(feature).flatMap(([kind, part]) => namesOf(part).map((name) => `${kind} entry ${name}`)),
];

const partsWithNames = (feature: FeatureDefinition) => Object.entries(feature).filter(([kind]) => !settings.has(kind));

/** The names in a property: the keys of an object, or a list of names. Other lists and calls have none. */
function namesOf(part: unknown): string[] {
  if (Array.isArray(part)) return part.filter((item) => typeof item === 'string');
  return typeof part === 'object' && part !== null && !(part instanceof ProviderCall) ? Object.keys(part) : [];
}
