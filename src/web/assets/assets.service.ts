import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';

/** A file that pages load, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
  /** The same, compressed. */
  readonly gzip: Buffer;
}

/** Stylesheets, scripts and icons as they were written, and what the build bundles of the server's own code. */
const FOLDERS = [join(__dirname, 'files'), join(__dirname, '../../../dist/web-assets')];

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const compress = promisify(gzip);

/** The files that pages load. Their addresses name their content, so that browsers keep them as long as they like. */
@Injectable()
export class Assets {
  private found: FoundAssets | undefined;
  private readonly loaded = new Map<string, Promise<Asset>>();

  /** The address of a file. @throws TypeError when there is no such file */
  url(name: string): string {
    const url = this.assets.urls.get(name);
    if (url === undefined) throw new TypeError(`There is no asset ${name}`);
    return url;
  }

  /** The URL of a bundle; empty if the build has not made it, as in watch mode. Pages work without it. */
  bundleUrl(name: string): string {
    return this.assets.urls.get(name) ?? '';
  }

  /** A file by what follows `/assets/` in its address. @returns undefined when there is none */
  load(address: string): Promise<Asset> | undefined {
    const file = this.assets.files.get(address);
    if (file === undefined) return undefined;
    const asset = this.loaded.get(address) ?? read(file);
    this.loaded.set(address, asset);
    return asset;
  }

  /** Found for the first page: a start would wait for the reading of all files. */
  private get assets(): FoundAssets {
    this.found ??= findAssets();
    return this.found;
  }
}

interface FoundAssets {
  /** The path of each file, by what follows `/assets/` in its address. */
  readonly files: ReadonlyMap<string, string>;
  /** The address of each file by its name. */
  readonly urls: ReadonlyMap<string, string>;
}

function findAssets(): FoundAssets {
  const files = new Map<string, string>();
  const urls = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of namesIn(folder)) {
      const file = join(folder, name);
      const version = createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 10);
      files.set(`${version}/${name}`, file);
      urls.set(name, `/assets/${version}/${name}`);
    }
  }
  return { files, urls };
}

async function read(file: string): Promise<Asset> {
  const content = await readFile(file);
  return { type: TYPES[extname(file)] ?? '', content, gzip: await compress(content) };
}

/** Files of known types. The bundles are missing where the program was not built, as in a test of the sources. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.(?:css|js|svg)$/.test(name));
  } catch {
    return [];
  }
}
