import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './support/command';
import { Program } from './support/program';

const OPEN = { folder: 0o755, file: 0o644 };

/** All folders and files below a folder that are accessible to users other than the owner, with their modes. */
function openToOthers(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return [folder, ...names]
    .map((name) => [name, statSync(name).mode & 0o777] as const)
    .filter(([, mode]) => (mode & 0o077) !== 0)
    .map(([name, mode]) => `${name} ${mode.toString(8)}`);
}

describe('the files of the server, with any umask', () => {
  const umask = process.umask(0);
  let parent: string;
  let dataDir: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'latchkey-private-'));
    dataDir = join(parent, 'new/data');
  });

  afterEach(async () => {
    await Program.killAll();
    rmSync(parent, { recursive: true });
  });

  afterAll(() => process.umask(umask));

  const files = () => readdirSync(dataDir).sort();

  it('are accessible only to their owner from their creation on: database, secret and mail, including those of commands', async () => {
    const program = await Program.start({ DATA_DIR: dataDir });
    await program.register('alice');
    await program.logged(({ msg }) => msg.startsWith('Mail was written'));
    const database = [
      'latchkey.sqlite',
      'latchkey.sqlite-shm',
      'latchkey.sqlite-wal',
      'latchkey.sqlite.migration-lock',
    ];
    expect(files()).toEqual([...database, 'mail', 'secret']);
    expect(openToOthers(join(parent, 'new'))).toEqual([]);
    expect((await runCommand({ DATA_DIR: dataDir }, ['keys:rotate'])).code).toBe(0);
    expect(openToOthers(join(parent, 'new'))).toEqual([]);
    expect(program.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('are accessible only to their owner when a command creates them', async () => {
    const account = ['--username', 'root', '--email', 'root@example.com'];
    expect((await runCommand({ DATA_DIR: dataDir }, ['users:create-admin', ...account])).code).toBe(0);
    expect(files()).toContain('latchkey.sqlite');
    expect(openToOthers(join(parent, 'new'))).toEqual([]);
  });

  it('are restricted at the next start if an older version left them open; an open folder causes a warning', async () => {
    const before = await Program.start({ DATA_DIR: dataDir });
    await before.kill9();
    for (const file of files()) chmodSync(join(dataDir, file), OPEN.file);
    chmodSync(dataDir, OPEN.folder);
    expect(existsSync(join(dataDir, 'latchkey.sqlite-wal'))).toBe(true);
    const program = await Program.start({ DATA_DIR: dataDir });
    const warnings = program.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warnings).toEqual([`${dataDir} is open to other users: chmod 700 it`]);
    const isDatabase = (entry: string) => entry.includes('latchkey.sqlite');
    expect(openToOthers(dataDir).filter(isDatabase)).toEqual([]);
  });
});
