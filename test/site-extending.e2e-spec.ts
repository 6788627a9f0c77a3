import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Get, HttpCode, Module, Post, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { AppModule } from '../src/app.module';
import { Authenticated } from '../src/platform/access/authenticated.decorator';
import { Public } from '../src/platform/access/public.decorator';
import { Feature } from '../src/platform/features/feature.decorator';
import { type Caller, CurrentUser } from '../src/users/caller';
import { type Form, FormBody, newForm } from '../src/web/forms/form';
import { PageController } from '../src/web/pages/page-controller.decorator';
import { type PageAnswer, Redirect, View } from '../src/web/rendering/page-answer';
import { WebModule } from '../src/web/web.module';
import { TestApp } from './support/app';
import type { NoteBody, Problem } from './support/client';
import { createDatabase, onEachDatabase } from './support/databases';
import { Visitor } from './support/visitor';

/** Writes templates into a new folder. */
function folderOf(templates: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-templates-'));
  mkdirSync(join(folder, 'partials'));
  for (const [name, text] of Object.entries(templates)) writeFileSync(join(folder, `${name}.liquid`), text);
  return folder;
}

/** What a team puts beside its module. */
const OF_TEAM = folderOf({
  hello: `{% layout 'layout' %}{% block title %}Hello{% endblock %}{% block content %}<h1>Hi, {{ name }}</h1>
<form method="post" action="/hello"><input type="hidden" name="_csrf" value="{{ csrf }}">
{% render 'partials/field', form: form, name: 'word', label: 'Word' %}<button>Say</button></form>{% endblock %}`,
  register: `{% layout 'layout' %}{% block content %}<h1>Register with us, {{ csrf.size }}</h1>{% endblock %}`,
});

/** What an operator puts beside the program. */
const OF_OPERATOR = folderOf({
  home: `{% layout 'layout' %}{% block content %}<h1>Welcome to the intranet</h1>{% endblock %}`,
  hello: `{% layout 'layout' %}{% block content %}<h1>Hello again, {{ name }}</h1>
{% render 'partials/field', form: form, name: 'word', label: 'Word' %}{% endblock %}`,
  'partials/field': `<p class="our-field">{{ label }}</p>`,
});

@PageController('hello')
class HelloPageController {
  @Get()
  @Authenticated()
  show(@CurrentUser() { user }: Caller): View {
    return new View('hello', { name: user.username, form: newForm() });
  }

  @Post()
  @HttpCode(200)
  @Authenticated()
  say(@FormBody() form: Form): PageAnswer {
    return new Redirect('/hello', { category: 'success', text: `You said ${form.text('word')}` });
  }

  @Get('broken')
  @Public()
  breaks(): View {
    return new View('hello', {});
  }
}

@Feature({
  name: 'hello',
  access: {
    'GET page /hello': 'authenticated',
    'POST page /hello': 'authenticated',
    'GET page /hello/broken': 'public',
  },
  site: { templates: OF_TEAM, menu: [{ label: 'Say hello', href: '/hello', audience: 'accounts' }] },
})
@Module({ controllers: [HelloPageController] })
class HelloModule {}

afterAll(() => Promise.all([OF_TEAM, OF_OPERATOR].map((folder) => rm(folder, { recursive: true }))));

describe('a module of a team', () => {
  let app: TestApp;
  let visitor: Visitor;

  beforeAll(async () => {
    app = await TestApp.start('sqlite', {}, [], [HelloModule]);
    visitor = await new Visitor(app.origin).register('alice');
  });

  afterAll(() => app.stop());

  it('brings pages with the layout, the partials and the visitor of the site', async () => {
    const { status, html } = await visitor.get('/hello');
    expect(status).toBe(200);
    expect(html).toContain('<h1>Hi, alice</h1>');
    expect(html).toContain('<label for="word">Word</label>');
    expect(html).toContain('Log out');
    expect((await new Visitor(app.origin).get('/hello')).location).toBe('/login?next=%2Fhello');
  });

  it('brings entries of the menu, for those whom they are for', async () => {
    const entry = '<a href="/hello">Say hello</a>';
    expect((await visitor.get('/')).html).toContain(entry);
    expect((await visitor.get('/hello')).html).toContain('<a href="/hello" aria-current="page">Say hello</a>');
    expect((await new Visitor(app.origin).get('/')).html).not.toContain(entry);
  });

  it('brings forms, which are taken from its own pages alone', async () => {
    const said = await visitor.post('/hello', { word: '<peace>' });
    expect([said.status, said.location]).toEqual([303, '/hello']);
    expect((await visitor.get('/hello')).html).toContain('You said &lt;peace&gt;');
    expect((await visitor.post('/hello', { word: 'war' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('replaces templates of the site by its own of the same name', async () => {
    expect((await new Visitor(app.origin).get('/register')).html).toContain('<h1>Register with us');
    expect((await new Visitor(app.origin).get('/login')).html).toContain('<h1>Log in</h1>');
  });
});

describe('a folder of templates of an operator', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start('sqlite', { TEMPLATE_DIR: OF_OPERATOR }, [], [HelloModule]);
  });

  afterAll(() => app.stop());

  it('replaces a page, a partial wherever it is used, and a page of a module; all others stay', async () => {
    const visitor = new Visitor(app.origin);
    const home = (await visitor.get('/')).html;
    expect(home).toContain('<h1>Welcome to the intranet</h1>');
    expect(home).toContain('<nav aria-label="Main">');
    const login = (await visitor.get('/login')).html;
    expect(login).toContain('<h1>Log in</h1>');
    expect(login).toContain('<p class="our-field">Password</p>');
    await visitor.register('alice');
    expect((await visitor.get('/hello')).html).toContain('<h1>Hello again, alice</h1>');
  });
});

/** Files below a folder, with their text. */
const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }));

describe('without the site', () => {
  const parts = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, AppModule) as Type[]).filter(
    (part) => part !== WebModule,
  );

  it('nothing but its line in app.module.ts refers to its folder', () => {
    const outside = sources(join(__dirname, '../src')).filter(({ name }) => !name.startsWith('web/'));
    const refers = outside.filter(({ text }) => /from '[^']*\/web\/|import\('[^']*\/web\//.test(text));
    expect(refers.map(({ name, text }) => [name, text.match(/\/web\//g)?.length])).toEqual([['app.module.ts', 1]]);
    expect(parts).toHaveLength((Reflect.getMetadata(MODULE_METADATA.IMPORTS, AppModule) as Type[]).length - 1);
  });

  onEachDatabase((dialect) => {
    it('the API works, and the addresses of pages are unknown to it', async () => {
      const database = await createDatabase(dialect);
      const app = await TestApp.on(database, {}, [], [], parts);
      const alice = await app.register('alice');
      const { body: note } = await alice.post<NoteBody>('/notes', { title: 'Written without a page' });
      expect((await alice.get<NoteBody>(`/notes/${note.id}`)).body).toEqual(note);
      const browser = new Visitor(app.origin);
      for (const path of ['/login', '/notes', '/nowhere']) {
        const { status, headers, html } = await browser.get(path);
        expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
        expect(JSON.parse(html)).toMatchObject({ code: 'not_found', instance: path });
      }
      const form = await browser.send('POST', '/api/v1/auth/login', new URLSearchParams({ username: 'alice' }), {});
      expect((JSON.parse(form.html) as Problem).code).toBe('unsupported_media_type');
      const home = await browser.get('/');
      expect([home.status, home.location]).toEqual([302, '/api/docs']);
      await app.stop();
    });
  });
});
