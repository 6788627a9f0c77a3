import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** The parts of a schema that the document uses (OpenAPI 3.1, that is JSON Schema 2020-12). */
export interface Schema {
  $ref?: string;
  description?: string;
  examples?: unknown[];
  type?: string | string[];
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

/** A parameter of an operation. */
export interface Parameter {
  name: string;
  in: string;
  description?: string;
  required?: boolean;
  schema: Schema;
}

interface Media {
  schema: Schema;
  example?: unknown;
}

/** An answer that an operation documents. */
export interface DocumentedAnswer {
  description: string;
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, Media>;
}

interface DocumentedOperation {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, DocumentedAnswer | { $ref: string; description?: string }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, DocumentedAnswer> };
}

/** One operation of the document. */
export interface Operation {
  id: string;
  summary: string;
  description?: string;
  method: string;
  /** As the document writes it, with `{id}`. */
  path: string;
  parameters: Parameter[];
  /** The JSON body it takes, if it takes one. */
  body?: Media;
  answers: Record<string, DocumentedAnswer>;
}

/** What is judged of an answer. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

const FILE = join(__dirname, '../../openapi.json');

/** Under this name the whole document is known to ajv, so that every place in it can be referred to. */
const ROOT = 'openapi';

/** What the document has around its schemas and ajv need not know. */
const VOCABULARY = [
  ...['openapi', 'info', 'tags', 'servers', 'paths', 'components', 'schemas', 'responses', 'securitySchemes'],
];

/** What must never stand in an answer: stack frames, files, statements, names of drivers and frameworks. */
const INTERNALS = /node_modules|\.[jt]s:\d+|\n\s+at |FST_ERR|SQLITE_|QueryFailed|TypeError|SELECT .* FROM/;

/** The checked-in OpenAPI document, and whether requests and answers are as it says. */
export class Contract {
  readonly operations: Operation[];
  private readonly ajv = addFormats(new Ajv2020({ strict: true, strictTypes: false, allErrors: true }));
  private readonly validators = new Map<string, ValidateFunction>();

  private constructor(readonly document: Document) {
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => this.toOperation(method, path, operation)),
    );
    this.ajv.addVocabulary(VOCABULARY);
    this.ajv.addSchema({ ...document, $id: ROOT });
  }

  /** Reads `openapi.json` from the root of the repository. */
  static read(): Contract {
    const document = JSON.parse(readFileSync(FILE, 'utf8')) as Document;
    // Answers must not say more than is documented.
    for (const schema of Object.values(document.components.schemas)) {
      if (schema.properties) schema.additionalProperties ??= false;
    }
    return new Contract(document);
  }

  /** The operation at an address, if the document has it. */
  find(method: string, path: string): Operation | undefined {
    return this.operations.find((operation) => operation.method === method && operation.path === path);
  }

  /** The schema itself where there is only a reference to it. */
  resolve(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema;
    const target = this.document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (!target) throw new Error(`The document has no ${schema.$ref}`);
    return this.resolve(target);
  }

  /** Whether the schema at this place of the document allows a value. */
  allows(at: readonly string[], value: unknown): boolean {
    return this.compile(`${ROOT}#/${at.map(escapePointer).join('/')}`)(value);
  }

  /** Whether the document takes this value for a body of the operation. */
  allowsBody(operation: Operation, body: unknown): boolean {
    const at = ['requestBody', 'content', 'application/json', 'schema'];
    return this.validator(operation, at)(body);
  }

  /**
   * What is wrong with an answer; nothing when it is as documented.
   * @param tolerated undocumented statuses that this very request may get, always as problem details
   */
  faults(operation: Operation, answer: RawAnswer, tolerated: readonly number[] = []): string[] {
    const { status, headers, text } = answer;
    const faults: string[] = [];
    const documented = operation.answers[status];
    if (status >= 500) faults.push(`status ${status}`);
    if (!documented && !tolerated.includes(status)) faults.push(`status ${status} is not documented`);
    if (!headers.get('x-request-id')) faults.push('no X-Request-Id');
    for (const [name, { required }] of Object.entries(documented?.headers ?? {})) {
      if (required && !headers.has(name)) faults.push(`no ${name}, which is documented`);
    }
    if (status >= 400) faults.push(...this.problemFaults(answer, tolerated.includes(status) ? undefined : documented));
    else if (documented) faults.push(...this.bodyFaults(operation, answer));
    if (INTERNALS.test(text)) faults.push('something internal leaks');
    return faults;
  }

  private toOperation(method: string, path: string, documented: DocumentedOperation): Operation {
    const { operationId, summary, description, parameters = [], requestBody, responses } = documented;
    const body = requestBody?.content['application/json'];
    const answers = Object.entries(responses).map(([status, answer]) => [status, this.answer(answer)] as const);
    return {
      id: operationId,
      summary,
      ...(description !== undefined && { description }),
      method: method.toUpperCase(),
      path,
      parameters,
      ...(body && { body }),
      answers: Object.fromEntries(answers),
    };
  }

  /** The answer itself where there is only a reference to it; what stands beside the reference counts. */
  private answer(documented: DocumentedAnswer | { $ref: string }): DocumentedAnswer {
    if (!('$ref' in documented)) return documented;
    const { $ref, ...own } = documented;
    const target = this.document.components.responses[$ref.split('/').at(-1) ?? ''];
    if (!target) throw new Error(`The document has no ${$ref}`);
    return { ...target, ...own };
  }

  private bodyFaults(operation: Operation, { status, headers, text }: RawAnswer): string[] {
    const content = operation.answers[status]?.content;
    if (!content) return text === '' ? [] : ['a body where none is documented'];
    const media = mediaType(headers);
    if (!content[media]) return [`media type ${media} is not documented`];
    const validate = this.validator(operation, ['responses', `${status}`, 'content', media, 'schema']);
    return this.valueFaults(validate, text);
  }

  /** Problem details, whatever the status: the same schema everywhere, and the status of the answer itself. */
  private problemFaults({ status, headers, text }: RawAnswer, documented: DocumentedAnswer | undefined): string[] {
    const media = mediaType(headers);
    if (media !== 'application/problem+json') return [`an error as ${media} instead of problem details`];
    const faults = this.valueFaults(this.compile(`${ROOT}#/components/schemas/Problem`), text);
    if (faults.length > 0) return faults;
    const problem = JSON.parse(text) as { status: number; code: string; requestId: string };
    if (problem.status !== status) faults.push(`status ${problem.status} in the body of a ${status}`);
    if (documented && !documented.description.includes(`\`${problem.code}\``)) {
      faults.push(`${problem.code} is not documented for a ${status}`);
    }
    if (problem.requestId !== headers.get('x-request-id')) faults.push('requestId is not X-Request-Id');
    return faults;
  }

  private valueFaults(validate: ValidateFunction, text: string): string[] {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return ['the body is not JSON'];
    }
    return validate(value) ? [] : [this.ajv.errorsText(validate.errors)];
  }

  private validator({ method, path }: Operation, at: readonly string[]): ValidateFunction {
    const pointer = ['paths', path, method.toLowerCase(), ...at].map(escapePointer).join('/');
    return this.compile(`${ROOT}#/${pointer}`);
  }

  private compile($ref: string): ValidateFunction {
    const known = this.validators.get($ref) ?? this.ajv.compile({ $ref });
    this.validators.set($ref, known);
    return known;
  }
}

const mediaType = (headers: Headers) => headers.get('content-type')?.split(';', 1)[0] ?? 'nothing';

/** A token of a JSON pointer within the fragment of a URI. */
const escapePointer = (token: string) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
