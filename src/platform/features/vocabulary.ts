import type { FeatureDefinition } from './feature.decorator';
import { onPublication } from './publication';

/** What a feature brings of one kind: names, or what each of them means. */
type Part<N extends string, V> = { readonly [name in N]?: V } | undefined;

/**
 * Names of one kind that features bring, for what reads them outside of the application's providers, such as decorators:
 * `@IsIn(SCOPES.names)`. Filled when an application starts; of several in one process, the newest one's names count.
 */
export class Vocabulary<N extends string, V> {
  /** The same array for ever, as decorators keep it before it is filled. */
  readonly names: N[] = [];
  private readonly meanings = new Map<string, V>();

  constructor(private readonly partOf: (feature: FeatureDefinition) => Part<N, V>) {
    onPublication((features) => this.fill(features));
  }

  /** @throws TypeError when no feature brings this name */
  get(name: N): V {
    const meaning = this.meanings.get(name);
    if (meaning === undefined) throw new TypeError(`No feature brings ${name}`);
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
