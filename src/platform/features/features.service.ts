import { Injectable } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { FeatureDefinition } from './feature.decorator';
import { featuresIn } from './features-in';
import type { FindProvider, ProviderCall } from './provider-call';
import { publishFeatures } from './publication';

/** The features that the modules of this application registered by `@Feature()`. */
@Injectable()
export class Features {
  /** Every feature; see `featuresIn` for the order. */
  readonly all: readonly FeatureDefinition[];
  private readonly find: FindProvider;

  /** @throws TypeError when two features register the same name in the same property */
  constructor(modules: ModulesContainer, moduleRef: ModuleRef) {
    this.all = featuresIn(...[...modules.values()].map(({ metatype }) => metatype));
    publishFeatures(this.all);
    this.find = (Provider) => moduleRef.get(Provider, { strict: false });
  }

  /** The entries of one property of all features, by name: `features.named(({ jobs }) => jobs)`. */
  named<V>(part: (feature: FeatureDefinition) => Readonly<Record<string, V>> | undefined): Map<string, V> {
    return new Map(this.all.flatMap((feature) => Object.entries(part(feature) ?? {})));
  }

  /** The calls in one property of all features, in the order of the features. */
  calls<A extends readonly unknown[], R>(
    part: (feature: FeatureDefinition) => ProviderCall<A, R> | undefined,
  ): ((...args: A) => R)[] {
    return this.all.flatMap((feature) => {
      const call = part(feature);
      return call ? [this.bound(call)] : [];
    });
  }

  /** Binds a call to its provider. */
  bound<A extends readonly unknown[], R>(call: ProviderCall<A, R>): (...args: A) => R {
    return call.bind(this.find);
  }
}
