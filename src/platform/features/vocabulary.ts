import type { FeatureDefinition } from './feature.decorator';
import { onPublication } from './publication';

/** A property of a feature: names and their meanings. */
type Part<N extends string, V> = { readonly [name in N]?: V } | undefined;

/**
 * Names that features register in one property, for code outside the application's providers, such as decorators:
 * `@IsIn(SCOPES.names)`. Filled when an application starts; with several in one process, the names of the newest apply.
 */
export class Vocabulary<N extends string, V> {
  /** Always the same array instance: decorators hold a reference to it before it is filled. */
  readonly names: N[] = [];
  private readonly meanings = new Map<string, V>();

  constructor(private readonly partOf: (feature: FeatureDefinition) => Part<N, V>) {
    onPublication((features) => this.fill(features));
  }

  /** @throws TypeError when no feature registers this name */
  get(name: N): V {
    const meaning = this.meanings.get(name);
    if (meaning === undefined) throw new TypeError(`No feature registers ${name}`);
    return meaning;
  }

  private fill(features: readonly FeatureDefinition[]): void {
    this.meanings.clear();
    for (const feature of features) {
      const entries = Object.entries<V | undefined>(this.partOf(feature) ?? {});
      for (const [name, meaning] of entries) if (meaning !== undefined) this.meanings.set(name, meaning);
    }
    this.names.splice(0, this.names.length, ...([...this.meanings.keys()] as N[]));
  }
}
