import type { Answer, Authenticated } from './client';
import { Client } from './client';

/** What the exchange of a code answers, whatever comes of it. */
export interface ExternalBody extends Authenticated {
  status?: string;
  code?: string;
  linkToken: string;
  emailToken: string;
  challengeToken?: string;
  email: string | null;
}

/** A browser that signs in with a provider: keeps its cookies, and goes where it is sent. */
export class ExternalBrowser {
  readonly cookies = new Map<string, string>();

  constructor(
    readonly origin: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Starts a sign-in. @param accessToken of an account that is signed in */
  start(provider: string, body: object = { intent: 'login' }, accessToken?: string) {
    return this.post<{ authorizationUrl: string }>(`/auth/external/${provider}/start`, body, accessToken);
  }

  /** Visits the provider. @returns where it sends the browser back to */
  async visit(authorizationUrl: string): Promise<URL> {
    const answer = await fetch(authorizationUrl, { redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? 'missing:');
  }

  /** Comes back. @returns where the browser is sent, if it is sent anywhere */
  async comeBack({ pathname, search }: URL): Promise<{ status: number; location: URL | null; text: string }> {
    const headers = { ...this.headers, cookie: this.cookie };
    const answer = await fetch(`${this.origin}${pathname}${search}`, { headers, redirect: 'manual' });
    this.keep(answer.headers);
    const location = answer.headers.get('location');
    const text = await answer.text();
    return { status: answer.status, location: location === null ? null : new URL(location), text };
  }

  /** Signs in at the provider. @returns the code, or the error, in the fragment */
  async obtain(provider: string, body?: object, accessToken?: string): Promise<URLSearchParams> {
    const { body: started, text } = await this.start(provider, body, accessToken);
    if (typeof started.authorizationUrl !== 'string') throw new Error(`start answered ${text}`);
    const { status, location, text: problem } = await this.comeBack(await this.visit(started.authorizationUrl));
    if (status !== 303 || !location) throw new Error(`callback answered ${status}: ${problem}`);
    return new URLSearchParams(location.hash.slice(1));
  }

  exchange(code: string | null, more: object = {}): Promise<Answer<ExternalBody>> {
    return this.post<ExternalBody>('/auth/external/token', { code, ...more });
  }

  /** Signs in with a provider, all the way. */
  async signIn(provider: string): Promise<Answer<ExternalBody>> {
    return this.exchange((await this.obtain(provider)).get('code'));
  }

  async post<T>(path: string, body: object, accessToken?: string): Promise<Answer<T>> {
    const headers = { ...this.headers, cookie: this.cookie };
    const answer = await new Client(this.origin, accessToken).post<T>(path, body, { headers });
    this.keep(answer.headers);
    return answer;
  }

  private get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
  }
}
