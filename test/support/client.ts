import { exchange } from './exchange';

/** The password of accounts in tests. Its strength takes a tenth of the time that four words take to estimate. */
export const PASSWORD = 'zvqxjwkp';

/** An answer, read whole. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

/** What a request may carry besides its JSON body. */
export interface RequestOptions {
  headers?: Record<string, string>;
  /** Sent unchanged instead of a JSON body. */
  raw?: string | Uint8Array<ArrayBuffer>;
}

/** Tokens and account, as register, login and refresh answer. */
export interface Authenticated {
  accessToken: string;
  tokenType: string;
  expiresIn: number;
  refreshToken: string;
  user: {
    id: string;
    username: string;
    email: string;
    emailVerified: boolean;
    roles: string[];
    isActive: boolean;
    createdAt: string;
    updatedAt: string;
  };
}

/** Problem details, as every error answers. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  requestId: string;
  errors?: { pointer: string; message: string }[];
}

/** A note, as the API answers it. */
export interface NoteBody {
  id: string;
  title: string;
  content: string;
  isPinned: boolean;
  authorId: string;
  createdAt: string;
  updatedAt: string;
}

/** An event of the audit trail, as administrators get it. */
export interface AuditEventBody {
  id: string;
  sequence: number;
  type: string;
  result: string;
  occurredAt: string;
  actorKind: string;
  actorId: string | null;
  accountId: string | null;
  targetId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  details: Record<string, unknown>;
  hash: string;
}

/** A page of a list. */
export interface PageBody<T> {
  items: T[];
  nextCursor: string | null;
}

/** Speaks HTTP with the program, as one caller. */
export class Client {
  constructor(
    readonly origin: string,
    readonly accessToken?: string,
  ) {}

  /** The same server, as another caller. */
  as(accessToken: string | undefined): Client {
    return new Client(this.origin, accessToken);
  }

  get<T = unknown>(path: string, options?: RequestOptions): Promise<Answer<T>> {
    return this.send<T>('GET', path, undefined, options);
  }

  post<T = unknown>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>> {
    return this.send<T>('POST', path, body, options);
  }

  patch<T = unknown>(path: string, body?: unknown, options?: RequestOptions): Promise<Answer<T>> {
    return this.send<T>('PATCH', path, body, options);
  }

  delete<T = unknown>(path: string, options?: RequestOptions): Promise<Answer<T>> {
    return this.send<T>('DELETE', path, undefined, options);
  }

  /** @param path below `/api/v1`, or from the root when it starts with `//` */
  async send<T>(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer<T>> {
    const url = path.startsWith('//') ? `${this.origin}${path.slice(1)}` : `${this.origin}/api/v1${path}`;
    const payload = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const { status, headers, text } = await exchange(
      url,
      method,
      {
        ...(this.accessToken !== undefined && { authorization: `Bearer ${this.accessToken}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      payload,
    );
    const isJson = headers.get('content-type')?.includes('json') ?? false;
    // The caller says what it expects; assertions on the body then prove it.
    const parsed = (isJson ? JSON.parse(text) : text) as T;
    return { status, headers, body: parsed, text };
  }
}
