import { PASSWORD } from './client';
import { exchange } from './exchange';

/** A page as it was answered; redirects are not followed. */
export interface PageAnswer {
  status: number;
  headers: Headers;
  html: string;
  /** Where a redirect leads; null for a page. */
  location: string | null;
}

/** What browsers send when a person navigates. */
const HEADERS = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

/** A person in a browser without scripts, as far as HTTP sees one: keeps cookies and sends forms. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  private readonly headers: Record<string, string>;

  constructor(
    readonly origin: string,
    headers: Record<string, string> = {},
  ) {
    this.headers = { ...HEADERS, ...headers };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.send('GET', path, undefined, headers);
  }

  /** Sends a form as a page of the site does. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.send('POST', path, new URLSearchParams(fields), { 'sec-fetch-site': 'same-origin', ...headers });
  }

  /** Registers and is logged in from then on. */
  async register(username: string): Promise<this> {
    const fields = { username, email: `${username}@example.com`, password: PASSWORD, passwordAgain: PASSWORD };
    const { status, html } = await this.post('/register', fields);
    if (status !== 303) throw new Error(`register answered ${status}: ${html}`);
    return this;
  }

  /** Logs in. @param more fields of the form */
  async logIn(username: string, more: Record<string, string> = {}): Promise<PageAnswer> {
    return this.post('/login', { username, password: PASSWORD, ...more });
  }

  async send(
    method: string,
    path: string,
    body: URLSearchParams | undefined,
    headers: Record<string, string>,
  ): Promise<PageAnswer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const {
      status,
      headers: received,
      text,
    } = await exchange(
      `${this.origin}${path}`,
      method,
      {
        ...this.headers,
        ...(cookie !== '' && { cookie }),
        ...(body && { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }),
        ...headers,
      },
      body?.toString(),
    );
    for (const line of received.getSetCookie()) this.keep(line);
    return { status, headers: received, html: text, location: received.get('location') };
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/; Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
