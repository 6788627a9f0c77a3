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
  private meanings: Part<N, V> = {};

  constructor(private readonly partOf: (feature: FeatureDefinition) => Part<N, V>) {
    onPublication((features) => this.fill(features));
  }

  /** @throws TypeError when no feature brings this name */
  get(name: N): V {
    const meaning = this.meanings?.[name];
    if (meaning === undefined) throw new TypeError(`No feature brings ${name}`);
    return meaning;
  }

  private fill(features: readonly FeatureDefinition[]): void {
    this.meanings = Object.assign({}, ...features.map(this.partOf)) as Part<N, V>;
    this.names.splice(0, this.names.length, ...(Object.keys(this.meanings ?? {}) as N[]));
  }
}
