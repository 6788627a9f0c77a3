import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Feature } from './feature.decorator';
import { featuresIn } from './features-in';

/** A module with a feature of this name. */
function moduleOf(name: string, imports: (Type | DynamicModule)[] = []): Type {
  @Feature({ name })
  @Module({ imports })
  class AnyModule {}
  return AnyModule;
}

const namesIn = (...roots: (Type | DynamicModule | { forwardRef: () => Type })[]) =>
  featuresIn(...roots).map(({ name }) => name);

describe('the features of modules', () => {
  it('stand behind those of what their modules import, else in the order of the imports', () => {
    const first = moduleOf('first');
    const second = moduleOf('second', [first]);
    expect(namesIn(moduleOf('root', [moduleOf('zero'), second, first]))).toEqual(['zero', 'first', 'second', 'root']);
  });

  it('are those of each import of a dynamic module, and its own once', () => {
    const shared = moduleOf('shared', [moduleOf('ground')]);
    const having = (name: string): DynamicModule => ({ module: shared, imports: [moduleOf(name)] });
    expect(namesIn(moduleOf('root', [having('one'), having('two')]))).toEqual([
      ...['ground', 'one', 'shared', 'two', 'root'],
    ]);
  });

  it('are found behind a forward reference, and once in a circle', () => {
    const forward = { forwardRef: () => moduleOf('later') };
    const inCircle = moduleOf('inner');
    const outer = moduleOf('outer', [inCircle]);
    Reflect.defineMetadata('imports', [{ forwardRef: () => outer }], inCircle);
    expect(namesIn(forward, outer)).toEqual(['later', 'inner', 'outer']);
  });

  it('do not have one name twice, though two dynamic modules of one class do', () => {
    expect(() => namesIn(moduleOf('same'), moduleOf('same'))).toThrow('The features same and same both have the name');
  });
});
