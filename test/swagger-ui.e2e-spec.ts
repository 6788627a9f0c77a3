import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './support/browser';
import { type Authenticated, PASSWORD } from './support/client';
import { runCommand } from './support/command';
import { Program } from './support/program';

// A browser on a busy machine is slow.
jest.setTimeout(120_000);

/** The part of an operation that suggests a body. */
interface Suggesting {
  operationId: string;
  requestBody?: { content: Record<string, { example?: object } | undefined> };
}

/** The page needs the built program, because the descriptions come from the build. */
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

  /** Opens an operation if it is closed. */
  const open = async (operationId: string) => {
    const block = page.locator(`.opblock[id$="-${operationId}"]`);
    const button = block.locator('button.execute');
    if (!(await button.isVisible())) await block.locator('.opblock-summary-control').click();
    await button.waitFor();
    return { block, button };
  };

  /** Executes an operation with the suggested or another body, and reads the response on the page. */
  const answer = async (operationId: string, body?: object) => {
    const { block, button } = await open(operationId);
    if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
    const answered = page.waitForResponse((response) => response.url().includes('/api/v1/'));
    await button.click();
    const response = await answered;
    const status = response.status();
    await block.locator('.live-responses-table .response-col_status', { hasText: String(status) }).waitFor();
    // Each open operation slows the page down.
    await block.locator('.opblock-summary-control').click();
    return response;
  };

  const execute = async (operationId: string, body?: object): Promise<number> =>
    (await answer(operationId, body)).status();

  /** The bodies that the document suggests, by operation. */
  const suggestedBodies = async (): Promise<Map<string, object | undefined>> => {
    const { paths } = (await (await fetch(`${program.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Suggesting>>;
    };
    const operations = Object.values(paths).flatMap((item) => Object.values(item));
    return new Map(
      operations.map(({ operationId, requestBody }) => [
        operationId,
        requestBody?.content['application/json']?.example,
      ]),
    );
  };

  const reload = async () => {
    await page.reload();
    await page.waitForSelector('.opblock');
  };

  it('shows every operation of the document', async () => {
    const document = (await (await fetch(`${program.url}/api/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const operations = Object.values(document.paths).flatMap((item) => Object.keys(item));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
  });

  it('a call that needs an account is refused at first', async () => {
    expect(await execute('getMe')).toBe(401);
  });

  it('register, as the page suggests it, authorizes every later call, with no token copied', async () => {
    expect(await execute('register')).toBe(201);
    expect(await execute('getMe')).toBe(200);
    expect(await execute('createNote')).toBe(201);
    expect(await execute('listNotes')).toBe(200);
  });

  it('logout forgets the token, and login authorizes again', async () => {
    expect(await execute('logOut')).toBe(204);
    expect(await execute('getMe')).toBe(401);
    expect(await execute('logIn')).toBe(200);
    expect(await execute('getMe')).toBe(200);
  });

  it('a reload keeps the login, and a logout is not undone by one', async () => {
    await reload();
    expect(await execute('getMe')).toBe(200);
    expect(await execute('logOut')).toBe(204);
    await reload();
    expect(await execute('getMe')).toBe(401);
    expect(await page.evaluate<string>('Object.values(localStorage).join()')).not.toContain('eyJ');
  });

  it('what the page suggests to be sent succeeds wherever it can', async () => {
    const suggestions = await suggestedBodies();
    const session = await program.anonymous.send<Authenticated>('POST', '/auth/login', suggestions.get('logIn'));
    const alice = program.as(session.body);
    for (const [operationId, method, path, status] of [
      ['createApiToken', 'POST', '/auth/api-tokens', 201],
      ['forgotPassword', 'POST', '/auth/password/forgot', 202],
      ['changeEmail', 'POST', '/users/me/email', 202],
      ['updateMe', 'PATCH', '/users/me', 200],
      ['changePassword', 'PUT', '/auth/password', 200],
    ] as const) {
      const answered = await alice.send(method, path, suggestions.get(operationId));
      expect([operationId, answered.status]).toEqual([operationId, status]);
    }
  });

  it('an administrator’s lists show everything with the default filters', async () => {
    const args = ['users:create-admin', '--username', 'root', '--email', 'root@example.com', '--password-stdin'];
    expect((await runCommand({ DATA_DIR: dataDir }, args, PASSWORD)).code).toBe(0);
    expect(await execute('logIn', { username: 'root', password: PASSWORD })).toBe(200);
    for (const list of ['listAuditEvents', 'listUsers']) {
      const { items } = (await (await answer(list)).json()) as { items: object[] };
      expect(items.length).toBeGreaterThan(1);
    }
  });

  it('an operation is short: one row for each error, with its codes', async () => {
    await reload();
    const { block } = await open('createNote');
    const rows = block.locator('.responses-table:not(.live-responses-table) .response');
    // Waits for the row, which the page shows some time after the buttons.
    const row = (status: string) =>
      rows.filter({ has: page.locator('.response-col_status', { hasText: status }) }).innerText();
    expect(await row('400')).toMatch(/^400\s+malformed_body: .+ validation_failed: .+$/);
    expect(await row('401')).toMatch(/^401\s+invalid_token: .+ unauthenticated: .+$/);
    expect((await block.boundingBox())?.height).toBeLessThan(1500);
  });

  it('the Authorize dialog explains the input', async () => {
    await page.locator('button.authorize').first().click();
    const text = await page.locator('.modal-ux').innerText();
    expect(text).toMatch(/access token .+ or an API token \(lk_/);
    expect(text).toContain('without the word Bearer');
    await page.locator('.modal-ux button.close-modal').click();
  });

  it('the page can read the whole document', async () => {
    expect(await page.locator('.errors-wrapper').count()).toBe(0);
    expect(await page.locator('.version-stamp').innerText()).toBe('OAS 3.1');
  });

  it('the page works with its own content security policy, without browser errors', () => {
    expect(complaints).toEqual([]);
  });
});
