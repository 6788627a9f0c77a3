import { Controller, Delete, Get, HttpCode, Injectable, Module, Patch, Post } from '@nestjs/common';
import { Note } from '../src/notes/note.entity';
import { OwnedResource } from '../src/ownership/owned.decorator';
import { type AccessAction, type AccessRule, Action } from '../src/ownership/rules/access-rule';
import { AllowedBy } from '../src/ownership/rules/allowed-by.decorator';
import { within } from '../src/ownership/rules/row-access';
import { Public } from '../src/platform/access/public.decorator';
import { newId } from '../src/platform/kernel/ids';
import type { Caller } from '../src/users/caller';
import { User } from '../src/users/user.entity';
import { type Actor, TestApp } from './support/app';
import type { NoteBody, Problem } from './support/client';

declare module '../src/ownership/rules/access-rule' {
  interface AccessActions {
    archive: true;
  }
}

/** What the rules were asked. */
const asked: string[] = [];

/** Lets the owner of a shelf do everything. */
@Injectable()
class ShelfRule implements AccessRule<User> {
  readonly refusal: string = 'This shelf is not yours.';

  may(caller: Caller, shelf: User, action: AccessAction): boolean {
    asked.push(action);
    return caller.id === shelf.id;
  }
}

@Injectable()
class SilentRule implements AccessRule<User> {
  may(): boolean {
    return false;
  }
}

const nested = { noteId: within(Note, 'ownerId') };

/** A shelf is an account, and its notes stand in it. */
@AllowedBy(ShelfRule, User, nested)
@Controller('shelves')
class ShelvesController {
  @Get(':id')
  read(): string {
    return 'A shelf';
  }

  @Patch(':id')
  change(): object {
    return {};
  }

  @Delete(':id')
  remove(): object {
    return {};
  }

  @Post(':id/notes')
  @HttpCode(200)
  add(): object {
    return {};
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Action('archive')
  archive(): object {
    return {};
  }

  @Get(':id/notes/:noteId')
  readNote(@OwnedResource('noteId') { title }: Note): object {
    return { title };
  }

  @Post(':id/notes/:noteId')
  @HttpCode(200)
  markNote(): object {
    return {};
  }

  @Patch(':id/notes/:noteId')
  changeNote(): object {
    return {};
  }

  @Delete(':id/notes/:noteId')
  removeNote(): object {
    return {};
  }

  @Delete(':id/notes/:noteId/archive')
  @Action('archive')
  archiveNote(): object {
    return {};
  }

  /** Guarded by its class and by itself. */
  @Get(':id/twice')
  @AllowedBy(ShelfRule, User)
  readTwice(): object {
    return {};
  }

  @Get(':id/silent')
  @AllowedBy(SilentRule, User)
  readSilent(): object {
    return {};
  }

  @Get(':id/public')
  @Public()
  readPublic(): object {
    return {};
  }

  @Get('notes/:noteId')
  readWithoutShelf(): object {
    return {};
  }
}

@Module({ controllers: [ShelvesController], providers: [ShelfRule, SilentRule] })
class ShelvesModule {}

// Nothing in it is a matter of the database.
describe('a rule of rows', () => {
  let app: TestApp;
  let alice: Actor;
  let bob: Actor;
  let shelf: string;
  let note: string;

  beforeAll(async () => {
    app = await TestApp.start('sqlite', {}, [], [ShelvesModule]);
    [alice, bob] = [await app.register('alice'), await app.register('bob')];
    shelf = `/shelves/${alice.session.user.id}`;
    note = `${shelf}/notes/${(await alice.post<NoteBody>('/notes', { title: 'Kept' })).body.id}`;
  });

  beforeEach(() => {
    asked.length = 0;
  });

  afterAll(() => app.stop());

  it.each<[string, string, AccessAction]>([
    ['GET', '', 'read'],
    ['HEAD', '', 'read'],
    ['PATCH', '', 'update'],
    ['DELETE', '', 'delete'],
    ['POST', '/notes', 'create'],
    ['POST', '/archive', 'archive'],
  ])('is asked for a %s of the row%s as %s', async (method, path, action) => {
    expect((await alice.send(method, `${shelf}${path}`)).status).toBe(200);
    expect(asked).toEqual([action]);
  });

  it.each<[string, string, AccessAction]>([
    ['GET', '', 'read'],
    ['POST', '', 'update'],
    ['PATCH', '', 'update'],
    ['DELETE', '', 'update'],
    ['DELETE', '/archive', 'archive'],
  ])('is asked for a %s of a row within it%s as %s', async (method, path, action) => {
    expect((await alice.send(method, `${note}${path}`)).status).toBe(200);
    expect(asked).toEqual([action]);
  });

  it('says why it refuses, or that one may not', async () => {
    const refusals = await Promise.all([bob.get<Problem>(shelf), alice.get<Problem>(`${shelf}/silent`)]);
    expect(refusals.map(({ status, body }) => [status, body.code, body.detail])).toEqual([
      [403, 'forbidden', 'This shelf is not yours.'],
      [403, 'forbidden', 'You may not do this.'],
    ]);
  });

  it('hands over the row within, and only one of the row before it', async () => {
    expect((await alice.get(note)).body).toEqual({ title: 'Kept' });
    const { body: other } = await bob.post<NoteBody>('/notes', { title: "Bob's" });
    for (const id of [other.id, newId()]) expect((await alice.get(`${shelf}/notes/${id}`)).status).toBe(404);
    const malformed = await alice.get<Problem>(`${shelf}/notes/1`);
    expect([malformed.status, malformed.body.errors?.[0]?.pointer]).toEqual([400, '/noteId']);
    // Refused before it is told whether there is such a row.
    expect((await bob.get(`${shelf}/notes/${newId()}`)).status).toBe(403);
  });

  it('is asked once where a handler and its class name it', async () => {
    expect((await alice.get(`${shelf}/twice`)).status).toBe(200);
    expect(asked).toEqual(['read']);
  });

  it('lets no anonymous visitor in where the route is public, and tells nothing of the row', async () => {
    for (const path of [shelf, `/shelves/${newId()}`]) {
      const { status, body } = await app.anonymous.get<Problem>(`${path}/public`);
      expect([status, body.code]).toEqual([401, 'unauthenticated']);
    }
    expect(asked).toEqual([]);
  });

  it('fails where a path names a row within without the row', async () => {
    const id = note.split('/').at(-1);
    expect((await alice.get(`/shelves/notes/${id}`)).status).toBe(500);
  });
});
