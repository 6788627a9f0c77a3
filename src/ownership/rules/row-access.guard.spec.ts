import { Controller, Delete, Get, Module, Patch, Post } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import { Database } from '../../platform/database/database.service';
import { newId } from '../../platform/kernel/ids';
import { type AccessAction, type AccessRule, Action } from './access-rule';
import { AllowedBy } from './allowed-by.decorator';
import { type Row, within } from './row-access';
import { RowAccessGuard } from './row-access.guard';

class Project {
  id = newId();
}

class Task {
  id = newId();
  constructor(readonly projectId: string) {}
}

class Step {
  id = newId();
  constructor(readonly taskId: string) {}
}

/** Lets whatever it is told to, and notes what it is asked. */
class ProjectRule implements AccessRule<Project> {
  readonly asked: [caller: unknown, row: Row, action: AccessAction][] = [];
  lets = true;

  may(caller: unknown, row: Row, action: AccessAction): boolean {
    this.asked.push([caller, row, action]);
    return this.lets;
  }
}

class TalkativeRule extends ProjectRule {
  readonly refusal = 'This project is closed.';
}

/** The module of a feature; it exports nothing. */
@Module({ providers: [ProjectRule, TalkativeRule] })
class Rules {}

const NESTED = { taskId: within(Task, 'projectId'), stepId: within(Step, 'taskId') };

@Controller('projects')
@AllowedBy(ProjectRule, Project, NESTED)
class Projects {
  @Get(':id')
  handle(): void {}

  @Post(':id/archive')
  @Action('delete')
  archive(): void {}

  @Patch(':id')
  @AllowedBy(TalkativeRule, Project)
  update(): void {}

  @Delete(':id')
  remove(): void {}
}

const CALLER = { id: newId() };

/** What a request has besides its path, and the handler that it is for. */
interface Sent {
  method?: string;
  handler?: string;
  user?: null;
  rows?: Record<string, Row>;
}

async function setUp() {
  const project = new Project();
  const task = new Task(project.id);
  const step = new Step(task.id);
  const rows = [project, task, step, new Task(newId()), new Step(newId())];
  const queries: string[] = [];
  const findById = (Entity: new (...parts: never[]) => Row, id: string) => {
    queries.push(Entity.name);
    return Promise.resolve(rows.find((row) => row instanceof Entity && row.id === id) ?? null);
  };
  const module = await Test.createTestingModule({
    imports: [Rules],
    providers: [RowAccessGuard, { provide: Database, useValue: { findById } }],
  }).compile();
  const guard = module.get(RowAccessGuard);
  /** Asks the guard about a request as the routes make it. @returns the request, with the rows that the guard put there */
  async function ask(params: Record<string, string>, { handler = 'handle', ...sent }: Sent = {}) {
    const request = { params, method: 'GET', user: CALLER, ...sent };
    const route: unknown = Reflect.get(Projects.prototype, handler);
    const context = new ExecutionContextHost([request], Projects, typeof route === 'function' ? route : null);
    expect(await guard.canActivate(context)).toBe(true);
    return request;
  }
  const rule = module.get(ProjectRule, { strict: false });
  return {
    project,
    task,
    step,
    stray: { task: rows[3], step: rows[4] },
    queries,
    rule,
    talkative: module.get(TalkativeRule, { strict: false }),
    ask,
  };
}

type World = Awaited<ReturnType<typeof setUp>>;
let world: World;

beforeEach(async () => {
  world = await setUp();
});

describe('a route with rows in its path', () => {
  it('is handed the rows that the path names, after one query for each', async () => {
    const { project, task, step, ask, queries } = world;
    expect(await ask({ id: project.id })).toMatchObject({ rows: { id: project } });
    expect(queries).toEqual(['Project']);
    expect(await ask({ id: project.id, taskId: task.id, stepId: step.id })).toMatchObject({
      rows: { id: project, taskId: task, stepId: step },
    });
    expect(queries).toEqual(['Project', 'Project', 'Task', 'Step']);
  });

  it('asks the rule once where the guard stands at the class and at the handler', async () => {
    const { project, ask, queries, rule } = world;
    const request = await ask({ id: project.id }, { rows: { id: project } });
    expect(request).toMatchObject({ rows: { id: project } });
    expect([queries, rule.asked]).toEqual([[], []]);
  });

  it.each([
    ['GET', 'read', 'read'],
    ['HEAD', 'read', 'read'],
    ['POST', 'create', 'update'],
    ['PUT', 'update', 'update'],
    ['PATCH', 'update', 'update'],
    ['DELETE', 'delete', 'update'],
  ])(
    'asks the rule by its method: %s is to %s the row, and to %s it where a row within it is named',
    async (method, own, inner) => {
      const { project, task, ask, rule } = world;
      await ask({ id: project.id }, { method });
      await ask({ id: project.id, taskId: task.id }, { method });
      expect(rule.asked).toEqual([
        [CALLER, project, own],
        [CALLER, project, inner],
      ]);
    },
  );

  it('asks the rule by what the handler says it does, whatever its method', async () => {
    const { project, ask, rule } = world;
    await ask({ id: project.id }, { method: 'POST', handler: 'archive' });
    expect(rule.asked).toEqual([[CALLER, project, 'delete']]);
  });

  it('asks the rule of the handler rather than that of the class', async () => {
    const { project, ask, rule, talkative } = world;
    await ask({ id: project.id }, { method: 'PATCH', handler: 'update' });
    expect([rule.asked.length, talkative.asked.length]).toEqual([0, 1]);
  });

  it('is closed where the rule says no, in the words of the rule where it has some', async () => {
    const { project, task, ask, rule, talkative, queries } = world;
    rule.lets = false;
    talkative.lets = false;
    await expect(ask({ id: project.id, taskId: task.id })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'You may not do this.',
    });
    expect(queries).toEqual(['Project']);
    await expect(ask({ id: project.id }, { handler: 'update' })).rejects.toMatchObject({
      code: 'forbidden',
      message: talkative.refusal,
    });
  });

  it('is closed to an unauthenticated client, before any query', async () => {
    const { project, ask, queries } = world;
    await expect(ask({ id: project.id }, { user: null })).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(queries).toEqual([]);
  });

  it('tells a row that is not there, without asking the rule', async () => {
    const { ask, rule } = world;
    await expect(ask({ id: newId() })).rejects.toMatchObject({ code: 'not_found' });
    expect(rule.asked).toEqual([]);
  });

  it('finds no row within another row than the one before it in the path', async () => {
    const { project, task, stray, ask } = world;
    const missing = { code: 'not_found' };
    await expect(ask({ id: project.id, taskId: stray.task?.id ?? '' })).rejects.toMatchObject(missing);
    await expect(ask({ id: project.id, taskId: newId() })).rejects.toMatchObject(missing);
    await expect(ask({ id: project.id, taskId: task.id, stepId: stray.step?.id ?? '' })).rejects.toMatchObject(missing);
  });

  it('names the id that is none, before any query', async () => {
    const { project, task, ask, queries } = world;
    const malformed = (pointer: string) => ({
      code: 'validation_failed',
      errors: [expect.objectContaining({ pointer })],
    });
    await expect(ask({ id: 'one' })).rejects.toMatchObject(malformed('/id'));
    await expect(ask({ id: project.id, taskId: 'one' })).rejects.toMatchObject(malformed('/taskId'));
    await expect(ask({ id: project.id, taskId: task.id, stepId: 'x' })).rejects.toMatchObject(malformed('/stepId'));
    expect(queries).toEqual([]);
  });

  it('without an id is left to its handler, and needs one to name a row within a row', async () => {
    const { task, ask, queries } = world;
    expect(await ask({})).not.toHaveProperty('rows');
    await expect(ask({ taskId: task.id })).rejects.toThrow('needs :id');
    expect(queries).toEqual([]);
  });
});
