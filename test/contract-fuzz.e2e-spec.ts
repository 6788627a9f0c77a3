import { Agent, request, type RequestOptions } from 'node:http';
import fc from 'fast-check';
import { type Actor, TestApp } from './support/app';
import { type BodyPlan, KNOWN_GOOD, type RequestPlan, requests, type RowPlan } from './support/arbitraries';
import type { Authenticated } from './support/client';
import { onEachDatabase } from './support/databases';
import { KnownRequests, type People } from './support/known-good';
import { Contract, type Operation, type RawAnswer } from './support/openapi';

/** Requests to each operation on each database: 50 in total. */
const RUNS = 25;

const MISSING_ID = '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11';

/** Undocumented statuses that a request may get because of the request itself. */
const TRANSPORT_ANSWERS = {
  /** An unexpected body is read, and refused, before the route is known. */
  unwantedBody: [400, 413, 415],
  /** Raw characters can change the path or make it invalid. */
  otherAddress: [400, 404, 405, 414],
  /** Node stops reading at a path that is not ASCII. */
  unreadable: [400],
} as const;

/** Operations that end the session they are called with: each call gets a new one. */
const ENDS_ITS_SESSION = new Set(['logOut']);

/** Operations that end the account they are called with: each call gets a new one. */
const ENDS_ITS_ACCOUNT = new Set(['deleteAccount']);

/** A schema can't say that a time has to lie ahead and near, nor which tokens were mailed, so most of what it allows is refused. */
const REFUSES_MOST = new Set([
  'createApiToken',
  'verifyEmail',
  'undoEmailChange',
  'resetPassword',
  'verifyEmailLogin',
  'startExternal',
  'keepSecondFactor',
  'completeSignIn',
  'stepUp',
]);

/**
 * Operations that go on with what another one has begun, of which an example knows nothing: the status that they answer
 * the example with.
 */
const GOES_ON: Readonly<Record<string, number | undefined>> = {
  exchangeExternalCode: 401,
  linkExternal: 401,
  stepUpByExternal: 401,
  mailExternalCode: 401,
  verifyExternalEmail: 401,
  // The example has each kind of factor; one is taken.
  completeSignIn: 400,
  reportLostSecondFactor: 401,
  confirmTotp: 401,
  createRecoveryCodes: 409,
};

/** As the examples of the document have it. */
const DOCUMENTED_PASSWORD = 'correct horse battery staple';

/** A provider of which nothing has to be asked to start a sign-in. */
const PROVIDER = {
  EXTERNAL_PROVIDERS: 'github',
  EXTERNAL_GITHUB_CLIENT_ID: 'latchkey',
  EXTERNAL_GITHUB_CLIENT_SECRET: 'secret',
};

async function logIn(app: TestApp, { session }: Actor): Promise<Authenticated> {
  const credentials = { username: session.user.email, password: app.password };
  const { body } = await app.anonymous.post<Authenticated>('/auth/login', credentials);
  return body;
}

/** One operation under test, with separate accounts, so that no other operation changes its data. */
class Target {
  /** Rows of the owner that paths name, by the path up to their parameter. */
  private readonly rows = new Map<string, string>();
  private readonly known: KnownRequests;

  private constructor(
    private readonly app: TestApp,
    private readonly contract: Contract,
    readonly operation: Operation,
    private readonly agent: Agent,
    private readonly people: People,
  ) {
    this.known = new KnownRequests(app, contract, people);
  }

  static async prepare(app: TestApp, contract: Contract, operation: Operation, agent: Agent): Promise<Target> {
    const owner = await (operation.path.startsWith('/api/v1/admin/') ? app.registerAdmin() : app.register());
    const people = { owner, stranger: await app.register() };
    return new Target(app, contract, operation, agent, people);
  }

  /** Sends a planned request. */
  async send(plan: RequestPlan): Promise<Exchange> {
    const body = await this.body(plan.body);
    const authorization = await this.authorization(plan.caller);
    const query = plan.query === '' ? '' : `?${plan.query}`;
    const address = (await this.path(plan)) + plan.suffix + query;
    const headers = {
      ...plan.headers,
      ...(authorization !== undefined && { authorization }),
      ...(body && { 'content-length': Buffer.byteLength(body.content) }),
      ...(body && body.contentType !== null && { 'content-type': body.contentType }),
    };
    const options = { agent: this.agent, method: this.operation.method, path: address, headers };
    const answer = await exchange(this.app.origin, options, body?.content);
    return { plan, address, body, answer };
  }

  /** The faults of a response, by the document and the request. */
  faults({ plan, address, body, answer }: Exchange): string[] {
    const isReadable = /^[\x21-\x7e]*$/.test(address);
    const isOtherAddress = plan.suffix !== '' || (typeof plan.row === 'object' && 'raw' in plan.row);
    const tolerated = [
      ...(body && !this.operation.body ? TRANSPORT_ANSWERS.unwantedBody : []),
      ...(isOtherAddress ? TRANSPORT_ANSWERS.otherAddress : []),
      ...(isReadable ? [] : TRANSPORT_ANSWERS.unreadable),
    ];
    const faults = this.contract.faults(this.operation, answer, tolerated);
    if (answer.status < 300 && !this.isAllowed(body)) faults.push('a body was accepted that the document refuses');
    const sentId = isReadable ? plan.headers['x-request-id'] : undefined;
    if (!isRequestIdRight(sentId, answer.headers.get('x-request-id'))) {
      faults.push(`X-Request-Id is ${String(answer.headers.get('x-request-id'))}`);
    }
    return faults;
  }

  private isAllowed(body: BodyPlan | undefined): boolean {
    if (!this.operation.body) return true;
    if (body?.contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') return false;
    const text = new TextDecoder('utf-8', { fatal: true });
    try {
      return this.contract.allowsBody(this.operation, JSON.parse(text.decode(Buffer.from(body.content))));
    } catch {
      // Not UTF-8 or not JSON.
      return false;
    }
  }

  private async body(plan: RequestPlan['body']): Promise<BodyPlan | undefined> {
    if (plan === 'none') return undefined;
    if (plan !== 'example') return plan;
    if (!this.operation.body) return undefined;
    return { contentType: 'application/json', content: JSON.stringify(await this.known.body(this.operation)) };
  }

  private async authorization(caller: RequestPlan['caller']): Promise<string | undefined> {
    if (caller === 'anonymous') return undefined;
    if (typeof caller === 'object') return caller.authorization;
    const actor = ENDS_ITS_ACCOUNT.has(this.operation.id) ? await this.app.register() : this.people[caller];
    const { accessToken } = ENDS_ITS_SESSION.has(this.operation.id) ? await logIn(this.app, actor) : actor.session;
    return `Bearer ${accessToken}`;
  }

  /** The path with a row in place of each parameter: the owner's, each within the one before, but for the planned one. */
  private async path({ row, parameter }: RequestPlan): Promise<string> {
    const count = this.operation.path.split('{').length - 1;
    let [path, own, template, index] = ['', '', '', 0];
    for (const part of this.operation.path.slice(1).split('/')) {
      template += `/${part}`;
      if (!part.startsWith('{')) {
        path += `/${part}`;
        own += `/${part}`;
        continue;
      }
      const planned = index === parameter % count ? segmentOf(row) : null;
      index += 1;
      const id = planned === null || index < count ? await this.ownRow(own, template) : '';
      path += `/${planned ?? id}`;
      own += `/${id}`;
    }
    return path;
  }

  private async ownRow(collection: string, template: string): Promise<string> {
    const isDeleted = this.operation.method === 'DELETE' && template === this.operation.path;
    const known = isDeleted ? undefined : this.rows.get(template);
    const id = known ?? (await this.known.row(template, `/${collection}`));
    this.rows.set(template, id);
    return id;
  }
}

/** What stands in the path for a row; null for one of the owner's. */
function segmentOf(row: RowPlan): string | null {
  if (row === 'own') return null;
  if (row === 'missing') return MISSING_ID;
  return 'raw' in row ? row.raw : encodeURIComponent(row.segment.toWellFormed());
}

/** A request and its response. */
interface Exchange {
  plan: RequestPlan;
  /** Path and query. */
  address: string;
  body: BodyPlan | undefined;
  answer: RawAnswer;
}

/** Sends raw bytes: fetch would normalize the path and refuse a body with GET. */
function exchange(origin: string, options: RequestOptions, body: string | Uint8Array | undefined): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(origin, options, (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', reject);
      message.on('end', () => {
        const received = new Headers();
        for (const [name, value] of Object.entries(message.headers)) received.set(name, String(value));
        resolve({ status: message.statusCode ?? 0, headers: received, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const SANE_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Taken over when it is sane, else made. */
function isRequestIdRight(sent: string | undefined, received: string | null): boolean {
  const given = sent?.replace(/^[ \t]+|[ \t]+$/g, '');
  if (received === null || !SANE_ID.test(received)) return false;
  return given === undefined || (received === given) === SANE_ID.test(given);
}

const shorten = (text: string) => (text.length > 500 ? `${text.slice(0, 500)}... (${text.length})` : text);

function explain({ operation }: Target, { answer }: Exchange, faults: readonly string[]): string {
  return `${operation.method} ${operation.path}: ${faults.join('; ')}\n${answer.status} ${shorten(answer.text)}`;
}

const contract = Contract.read();

/** The requests to each operation, on all databases, that the document allows, and those of them that were not refused. */
const counts = new Map(contract.operations.map(({ id }) => [id, { allowed: 0, taken: 0 }]));

onEachDatabase((dialect) => {
  const called = new Set<string>();
  let app: TestApp;
  let agent: Agent;

  beforeAll(async () => {
    app = await TestApp.start(dialect, { EMAIL_SIGN_IN: 'on', TRUSTED_DEVICE_TTL: '86400', ...PROVIDER });
    app.password = DOCUMENTED_PASSWORD;
    agent = new Agent();
  });

  afterAll(async () => {
    agent.destroy();
    await app.stop();
  });

  describe.each(contract.operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s',
    (_name, operation) => {
      let target: Target;

      beforeAll(async () => {
        target = await Target.prepare(app, contract, operation, agent);
      });

      it('succeeds as documented when it is called as the document shows', async () => {
        const sent = await target.send(KNOWN_GOOD);
        expect(target.faults(sent)).toEqual([]);
        expect([GOES_ON[operation.id] ?? [200, 201, 202, 204]].flat()).toContain(sent.answer.status);
        called.add(operation.id);
      });

      it('answers as documented whatever it is sent, and never with 5xx', async () => {
        const count = counts.get(operation.id);
        const property = fc.asyncProperty(requests(contract, operation), async (plan) => {
          const sent = await target.send(plan);
          const faults = target.faults(sent);
          if (faults.length > 0) throw new Error(explain(target, sent, faults));
          if (!count || !plan.isValid) return;
          count.allowed += 1;
          if (sent.answer.status !== 400) count.taken += 1;
        });
        await fc.assert(property, { numRuns: RUNS });
      });
    },
  );

  it('no operation of the document was left out', () => {
    expect(called).toEqual(new Set(contract.operations.map(({ id }) => id)));
  });
});

it('operations take most of what the document allows', () => {
  const strict = [...counts].filter(([id, { allowed, taken }]) => !REFUSES_MOST.has(id) && taken < allowed / 2);
  expect(strict).toEqual([]);
});
