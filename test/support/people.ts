import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { PASSWORD } from './client';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** A person with a browser of their own, who notes what it complains about. */
export class Person {
  private constructor(
    readonly origin: string,
    readonly context: BrowserContext,
    readonly page: Page,
    /** What must never happen: dialogs, errors of scripts, what the content security policy stopped, other hosts. */
    readonly complaints: string[],
  ) {}

  static async arrive(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    context.on('dialog', (dialog) => {
      complaints.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('weberror', (error) => complaints.push(error.error().message));
    context.on('console', (message) => {
      // Refusals are pages too.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
    });
    context.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    return new Person(origin, context, await context.newPage(), complaints);
  }

  /** Opens a page of the site. @returns the status of its answer */
  async open(path: string): Promise<number> {
    return (await this.page.goto(this.origin + path))?.status() ?? 0;
  }

  /** Where the person is. */
  get path(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  /** What the page says. */
  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /** Fills in fields by their labels. */
  async fill(fields: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label, { exact: true }).fill(value);
  }

  /** Presses a button and waits for the page that follows. */
  async press(name: string): Promise<void> {
    const gone = this.page.waitForEvent('framenavigated');
    await this.page.getByRole('button', { name, exact: true }).click();
    await gone;
    await this.page.waitForLoadState();
  }

  async register(username: string): Promise<this> {
    await this.open('/register');
    const passwords = { Password: PASSWORD, 'Password again': PASSWORD };
    await this.fill({ Username: username, Email: `${username}@example.com`, ...passwords });
    await this.press('Register');
    return this;
  }

  /** Logs in on the login page that is open. */
  async logIn(username: string): Promise<void> {
    await this.fill({ 'Username or email': username, Password: PASSWORD });
    await this.press('Log in');
  }

  /** What axe finds wrong with the page. @param rules these alone */
  async barriers(rules?: string[]): Promise<string[]> {
    if (!(await this.page.evaluate<boolean>('"axe" in globalThis'))) await this.page.evaluate(AXE);
    const what = rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS };
    const options = JSON.stringify({ runOnly: what, resultTypes: ['violations'] });
    const { violations } = await this.page.evaluate<AxeResults>(`axe.run(document, ${options})`);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}

/** Another site, or another origin of the same, that serves one page. */
export class OtherSite {
  private html = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtherSite> {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(site.html);
    });
    const site = new OtherSite(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  /** Serves this page from now on. @param host `127.0.0.1` or `localhost` @returns its address */
  serve(html: string, host = '127.0.0.1'): string {
    this.html = html;
    return `http://${host}:${(this.server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
