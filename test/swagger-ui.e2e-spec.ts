import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { Program } from './support/program';

/** The page is made from the built program, as the document gets its descriptions from the build. */
describe('Swagger UI', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-swagger-'));
  let program: Program;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    program = await Program.start({ DATA_DIR: dataDir });
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${program.url}/api/docs`);
    await page.waitForSelector('.opblock');
  });

  afterAll(async () => {
    await browser.close();
    await Program.killAll();
    await rm(dataDir, { recursive: true });
  });

  /** Opens an operation if it is closed, executes it, and reads the status that the page shows. */
  const execute = async (operationId: string, body?: object): Promise<number> => {
    const block = page.locator(`.opblock[id$="-${operationId}"]`);
    const button = block.locator('button.execute');
    if (!(await button.isVisible())) await block.locator('.opblock-summary-control').click();
    if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
    const answered = page.waitForResponse((response) => response.url().includes('/api/v1/'));
    await button.click();
    const status = (await answered).status();
    await block.locator('.live-responses-table .response-col_status', { hasText: String(status) }).waitFor();
    return status;
  };

  it('shows every operation of the document', async () => {
    const document = (await (await fetch(`${program.url}/api/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const operations = Object.values(document.paths).flatMap((item) => Object.keys(item));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
  });

  it('a call that needs an account is refused at first', async () => {
    expect(await execute('usersMe')).toBe(401);
  });

  it('register, as the page suggests it, authorises every later call, with no token copied', async () => {
    expect(await execute('authRegister')).toBe(201);
    expect(await execute('usersMe')).toBe(200);
    expect(await execute('notesCreate')).toBe(201);
    expect(await execute('notesList')).toBe(200);
  });

  it('logout forgets the token, and login authorises again', async () => {
    expect(await execute('authLogout')).toBe(204);
    expect(await execute('usersMe')).toBe(401);
    expect(await execute('authLogin')).toBe(200);
    expect(await execute('usersMe')).toBe(200);
  });

  it('the page works under its own content security policy, without a complaint of the browser', () => {
    expect(complaints).toEqual([]);
  });
});
