import Fastify, { type FastifyRequest } from 'fastify';
import { Keyring } from '../../platform/config/keyring';
import { publishFeatures } from '../../platform/features/publication';
import { isId } from '../../platform/kernel/ids';
import { DomainError } from '../../platform/problems/domain-error';
import { Text } from '../../platform/validation/fields';
import { View } from '../rendering/page-answer';
import { Form, type FormState, newForm } from './form';
import { FormKeys } from './form-keys.service';
import { type FormFields, parseForms } from './parse-forms';

/** Refusals that an application knows. */
const PROBLEMS = {
  unauthenticated: { status: 401, title: '' },
  invalid_token: { status: 401, title: '' },
  forbidden: { status: 403, title: '' },
  not_found: { status: 404, title: '' },
  rate_limited: { status: 429, title: '' },
  internal_error: { status: 500, title: '' },
  validation_failed: { status: 400, title: '' },
};

class GreetingDto {
  @Text({ min: 2, max: 5, example: 'Hello' })
  greeting!: string;
}

/** What a form becomes, by the parser of pages. */
async function sent(body: string | Buffer, url = '/page', type = 'application/x-www-form-urlencoded') {
  const fastify = Fastify();
  let request: FastifyRequest | undefined;
  parseForms(fastify);
  fastify.setErrorHandler((error, _request, reply) => {
    void reply.send({ code: error instanceof DomainError ? error.code : String(error) });
  });
  fastify.post('/page', (one) => {
    request = one;
    return { code: 'read' };
  });
  fastify.post('/api/v1/page', () => ({ code: 'read' }));
  const answer = await fastify.inject({ method: 'POST', url, headers: { 'content-type': type }, body });
  return { code: answer.json<{ code: string }>().code, request, fields: (request?.body ?? {}) as FormFields };
}

async function formOf(body: string): Promise<Form> {
  const { request, fields } = await sent(body);
  if (!request) throw new Error(`${body} was not read`);
  return new Form(fields, request);
}

const shown = (form: FormState) => new View('greeting', { form });
const ids = (form: Form) => ({ greeting: form.text('greeting') });

describe('the body of a form', () => {
  it('is text by name', async () => {
    const { code, fields } = await sent('a=1&b=two+words%21&c=&d&%C3%A9=%F0%9F%8E%89');
    expect([code, fields]).toEqual(['read', { a: '1', b: 'two words!', c: '', d: '', é: '🎉' }]);
    expect((await sent('')).fields).toEqual({});
  });

  it('has no field that every object has', async () => {
    const { fields } = await sent('__proto__=x&constructor=y');
    expect(Object.keys(fields).sort()).toEqual(['__proto__', 'constructor']);
    expect('x' in fields).toBe(false);
    const form = await formOf('a=1');
    expect([form.isChecked('b'), form.list('b'), form.text('b')]).toEqual([false, [], '']);
  });

  it('has 200 fields at most, in UTF-8', async () => {
    const fields = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=x`).join('&');
    expect((await sent(fields(200))).code).toBe('read');
    expect((await sent(fields(201))).code).toBe('malformed_body');
    expect((await sent('f=1&'.repeat(201))).code).toBe('malformed_body');
    expect((await sent(Buffer.from([0x61, 0x3d, 0xff]))).code).toBe('malformed_body');
  });

  it('of the API is none', async () => {
    expect((await sent('a=1', '/api/v1/page')).code).toBe('unsupported_media_type');
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencodedx'])(
    'is not %s',
    async (type) => expect((await sent('{"a":{"b":1}}', '/page', type)).code).not.toBe('read'),
  );

  it('may name its characters', async () => {
    const { code } = await sent('a=1', '/page', 'Application/X-WWW-Form-Urlencoded ; charset=UTF-8');
    expect(code).toBe('read');
  });
});

describe('a form', () => {
  beforeAll(() => publishFeatures([{ name: 'problems', problems: PROBLEMS }]));

  it('gives text with the line ends of the API, boxes that are checked, and lists of them', async () => {
    const form = await formOf('text=one%0D%0Atwo%0D%0A&box=on&scope=a&scope=b&single=c');
    expect(form.text('text')).toBe('one\ntwo\n');
    expect([form.isChecked('box'), form.isChecked('bo')]).toEqual([true, false]);
    expect([form.list('scope'), form.list('single'), form.list('none')]).toEqual([['a', 'b'], ['c'], []]);
  });

  it('is read by the rules of a DTO', async () => {
    const form = await formOf('greeting=Hello');
    expect(await form.read(GreetingDto, ids(form))).toEqual({ greeting: 'Hello' });
    for (const greeting of ['H', 'Hello!', '%00ab', '']) {
      const bad = await formOf(`greeting=${greeting}`);
      await expect(bad.read(GreetingDto, ids(bad))).rejects.toThrow(DomainError);
    }
  });

  it('is shown again with what is wrong and what was filled in, but never a password or a token', async () => {
    const form = await formOf('greeting=H&other=kept&password=p1&newPassword=p2&PASSWORDagain=p3&_csrf=p4');
    const answer = await form.submit(async () => {
      await form.read(GreetingDto, ids(form));
      throw new Error('was read');
    }, shown);
    expect(answer).toMatchObject({ template: 'greeting', status: 400 });
    const { form: state } = (answer as View).values as { form: FormState };
    expect(state.values).toEqual({ greeting: 'H', other: 'kept' });
    expect(Object.keys(state.errors)).toEqual(['greeting']);
    expect(state.message).not.toBe('');
    expect(JSON.stringify(answer)).not.toMatch(/p[1-4]/);
  });

  it('passes on what the form cannot help', async () => {
    const form = await formOf('greeting=Hello');
    const codes = [
      'unauthenticated',
      'invalid_token',
      'forbidden',
      'not_found',
      'rate_limited',
      'internal_error',
    ] as const;
    const refusals = codes.map((code) => new DomainError(code, 'No.'));
    for (const refusal of [...refusals, new TypeError('a mistake')]) {
      await expect(form.submit(() => Promise.reject(refusal), shown)).rejects.toBe(refusal);
    }
    const view = new View('done');
    expect(await form.submit(() => Promise.resolve(view), shown)).toBe(view);
    expect(newForm()).toEqual({ values: {}, errors: {}, faults: [] });
  });
});

describe('the key of a form', () => {
  const keys = new FormKeys(new Keyring(['a secret of at least thirty-two bytes']));

  it('names one row, however often it is sent', () => {
    const key = keys.issue('alice');
    expect(isId(keys.idOf(key, 'alice'))).toBe(true);
    expect(keys.idOf(key, 'alice')).toBe(keys.idOf(key, 'alice'));
    expect(keys.idOf(keys.issue('alice'), 'alice')).not.toBe(keys.idOf(key, 'alice'));
  });

  it('is worth nothing to another account, or where it was changed or made up', () => {
    const key = keys.issue('alice');
    const id = keys.idOf(key, 'alice');
    const others = new FormKeys(new Keyring(['another secret of more than 32 bytes']));
    const given = [
      keys.idOf(key, 'bob'),
      keys.idOf(`${key[0] === 'A' ? 'B' : 'A'}${key.slice(1)}`, 'alice'),
      keys.idOf(key.slice(0, -1), 'alice'),
      keys.idOf('', 'alice'),
      keys.idOf(id, 'alice'),
      others.idOf(key, 'alice'),
    ];
    for (const one of given) expect(isId(one)).toBe(true);
    expect(new Set([id, ...given]).size).toBe(7);
  });
});
