import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import { ServerConfig } from './platform/config/server.config';
import { featuresIn } from './platform/features/features-in';
import { publishFeatures } from './platform/features/publication';
import { createAdapter } from './platform/http/adapter';
import { serveBelowVersion } from './platform/http/api-version';
import { isError } from './platform/kernel/is-error';
import { createDocument } from './platform/openapi/document';
import { print } from './platform/openapi/print';

const FILE = 'openapi.json';

/** Generates `openapi.json` from the code, or with `--check` compares it with the code. Opens no database. */
async function main(): Promise<void> {
  publishFeatures(featuresIn(AppModule));
  const options = { preview: true, logger: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, createAdapter(new ServerConfig({})), options);
  serveBelowVersion(app);
  const document = `${print(createDocument(app))}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, document);
  } else if (readFileSync(FILE, 'utf8') !== document) {
    throw new Error(`${FILE} does not match the code; run npm run openapi and review the difference`);
  }
}

main().catch((error: unknown) => {
  console.error(isError(error) ? error.message : error);
  process.exitCode = 1;
});
