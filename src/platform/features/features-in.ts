import type { DynamicModule, ForwardReference, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { FEATURE, type FeatureDefinition } from './feature.decorator';
import { ProviderCall } from './provider-call';

/** An entry of a module's `imports`. */
type Import = Type | DynamicModule | Promise<DynamicModule> | ForwardReference<() => Type>;

/**
 * The features of modules and of everything that they import. A feature stands behind those of the modules that its own
 * imports, else in the order in which `imports` names them.
 * @throws TypeError when two bring something of one kind under one name
 */
export function featuresIn(...roots: readonly Import[]): FeatureDefinition[] {
  const seen = new Set<Import>();
  const features: FeatureDefinition[] = [];
  const visit = (imported: Import) => {
    const { module, imports } = opened(imported);
    // A dynamic module may be imported with other imports each time.
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

/** The class of a module, unless it is only known later, and what it imports. */
function opened(imported: Import): { module: Type | undefined; imports: readonly Import[] } {
  if (typeof imported === 'function') {
    return { module: imported, imports: (Reflect.getMetadata(MODULE_METADATA.IMPORTS, imported) ?? []) as Import[] };
  }
  if ('forwardRef' in imported) return opened(imported.forwardRef());
  if (!('module' in imported)) return { module: undefined, imports: [] };
  return { module: imported.module, imports: [...opened(imported.module).imports, ...(imported.imports ?? [])] };
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

/** Parts that are settings of each feature: their keys are no names. */
const settings = new Set<string>();

/** Says that a part of features is an object of settings, of which every feature may have the same. */
export function declareSettings(part: Exclude<keyof FeatureDefinition, 'name'>): void {
  settings.add(part);
}

/** What must be unique of a feature: its name, and each name under which it brings something. */
const claimsOf = (feature: FeatureDefinition): string[] => [
  `name ${feature.name}`,
  ...partsWithNames(feature).flatMap(([kind, part]) => namesOf(part).map((name) => `${kind} entry ${name}`)),
];

const partsWithNames = (feature: FeatureDefinition) => Object.entries(feature).filter(([kind]) => !settings.has(kind));

/** The names in a part: of an object, or of a list of names. Other lists, and calls, have none. */
function namesOf(part: unknown): string[] {
  if (Array.isArray(part)) return part.filter((item) => typeof item === 'string');
  return typeof part === 'object' && part !== null && !(part instanceof ProviderCall) ? Object.keys(part) : [];
}
