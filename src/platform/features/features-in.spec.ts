import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Feature, type FeatureDefinition } from './feature.decorator';
import { featuresIn } from './features-in';
import { using } from './provider-call';

/** A module with a feature of this name. */
function moduleOf(name: string, imports: (Type | DynamicModule)[] = [], parts: Partial<FeatureDefinition> = {}): Type {
  @Feature({ ...parts, name })
  @Module({ imports })
  class AnyModule {}
  return AnyModule;
}

const nothing = using(Object, () => Promise.resolve());
const none = using(Object, () => Promise.resolve(new Map<string, object>()));

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

  it.each<Partial<FeatureDefinition>>([
    { scopes: { 'notes:read': '' } },
    { roles: { admin: '' } },
    { problems: { conflict: { status: 409, title: '' } } },
    { tags: { Notes: '' } },
    { auditEvents: ['user.registered'] },
    { linkPurposes: { 'reset-password': { lifetimeMs: 1, page: '' } } },
    { mails: { welcome: { folder: '', prepare: null } } },
    { jobs: { purge: { everyMs: 1, run: nothing } } },
    { accountFields: { motto: { shown: Object, accepted: null, read: none, write: nothing } } },
    { personalData: { letters: using(Object, () => (async function* () {})()) } },
    { access: { 'GET /notes': 'public' } },
    { knownBodies: { 'POST /notes': () => ({}) } },
    { knownRows: { '/notes': () => '' } },
  ])('do not bring one name twice: %j', (part) => {
    const [kind = '', names = {}] = Object.entries(part)[0] ?? [];
    const [name = ''] = Array.isArray(names) ? (names as string[]) : Object.keys(names);
    expect(namesIn(moduleOf('one', [], part))).toEqual(['one']);
    expect(() => namesIn(moduleOf('one', [], part), moduleOf('two', [], part))).toThrow(
      `The features one and two both have the ${kind} entry ${name}`,
    );
  });
});
