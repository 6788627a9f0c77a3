/** A map that forgets the entry that came first when it is full, so that what strangers send can not fill the memory. */
export class BoundedMap<K, V> extends Map<K, V> {
  /** @param most entries kept */
  constructor(private readonly most: number) {
    super();
  }

  override set(key: K, value: V): this {
    if (this.size >= this.most && !this.has(key)) {
      for (const oldest of this.keys()) {
        this.delete(oldest);
        break;
      }
    }
    return super.set(key, value);
  }
}
