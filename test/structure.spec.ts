import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..');

/** Folders that belong to the room in which they are. */
const PARTS = ['dto', 'migrations'];

/** What would keep the compiler, the linter or the formatter from seeing something, and casts that nothing checks. */
const SUPPRESSIONS =
  /(?:\/\/|\/\*)\s*(?:eslint-(?:dis|en)able|@ts-(?:ignore|expect-error|nocheck)|prettier-ignore|istanbul|c8 ignore)|\bas (?:unknown|any|never) as\b/;

interface Source {
  file: string;
  lines: string[];
  isTest: boolean;
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map(({ parentPath, name }) => {
      const text = readFileSync(join(parentPath, name), 'utf8');
      const file = relative(ROOT, join(parentPath, name)).replaceAll('\\', '/');
      return { file, lines: text.trimEnd().split('\n'), isTest: /spec\.ts$/.test(name) };
    });
}

const roomOf = (file: string): string => {
  const folder = dirname(file);
  return PARTS.includes(basename(folder)) ? dirname(folder) : folder;
};

/** The rooms that a file imports from, types included. */
function importsOf({ file, lines }: Source): string[] {
  const specifiers = [...lines.join('\n').matchAll(/\b(?:from|import|require\(|import\()\s*'(\.[^']*)'/g)];
  return specifiers.map(([, path = '']) => roomOf(relative(ROOT, resolve(ROOT, dirname(file), path))));
}

/** Rooms that lead back to themselves, as far as one can go from each only to rooms that do. */
function circlesIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of edges.get(from) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reached(next, seen);
    }
    return seen;
  };
  return [...edges.keys()].filter((room) => reached(room).has(room)).sort();
}

describe('the sources', () => {
  const sources = sourcesIn('src');
  const program = sources.filter(({ isTest }) => !isTest);

  it('have at most 12 files in a folder', () => {
    const counts = new Map<string, number>();
    for (const { file } of program) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 12)).toEqual([]);
  });

  it('have at most 250 lines each, half of them at most 40', () => {
    const scripts = [...sourcesIn('scripts'), ...sourcesIn('bench')];
    expect([...program, ...scripts].filter(({ lines }) => lines.length > 250).map(({ file }) => file)).toEqual([]);
    const lengths = program.map(({ lines }) => lines.length).sort((one, other) => one - other);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(40);
  });

  it('have no two folders that import each other, also over others', () => {
    const edges = new Map<string, Set<string>>();
    for (const source of program) {
      const room = roomOf(source.file);
      const others = importsOf(source).filter((other) => other !== room);
      edges.set(room, new Set([...(edges.get(room) ?? []), ...others]));
    }
    expect(edges.get('src/notes')).toContain('src/ownership');
    expect(circlesIn(edges)).toEqual([]);
  });

  it('have a module in each folder with providers, other than what the framework calls by itself', () => {
    const provider =
      /@Injectable\(\)\nexport (?:abstract )?class (?!.*(?:implements (?:CanActivate|NestInterceptor)|Pipe\b))/;
    const folders = (found: Source[]) => new Set(found.map(({ file }) => dirname(file)));
    const providing = folders(program.filter(({ lines }) => provider.test(lines.join('\n'))));
    const modules = folders(program.filter(({ file }) => file.endsWith('.module.ts')));
    expect(providing.size).toBeGreaterThan(20);
    expect([...providing].filter((folder) => !modules.has(folder))).toEqual([]);
  });

  it('hide nothing from the compiler and the linter', () => {
    const all = [...sources, ...['test', 'bench', 'scripts'].flatMap(sourcesIn)];
    const hidden = all.filter(({ lines }) => lines.some((line) => SUPPRESSIONS.test(line)));
    expect(hidden.map(({ file }) => file)).toEqual([]);
  });
});
