// Generates the files of an owned resource from its name and fields.
import { capitalized, createDto, dto, typed, updateDto } from './dtos.mjs';

/**
 * The names of a resource. @param plural as in its path, such as `reading-lists` @param singular gives the singular of
 * a word
 */
export function namesOf(plural, singular, words) {
  const camel = plural.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const one = singular(camel);
  if (one === camel) throw new Error(`${plural} is not the plural of an English noun: rename it`);
  return {
    plural,
    file: singular(plural),
    one,
    Many: capitalized(camel),
    One: capitalized(one),
    noun: words(one),
  };
}

const entity = ({ plural, One }, fields) => `import { Column, Entity, Index } from 'typeorm';
import { OwnedEntity } from '../ownership/owned.entity';

@Entity('${tableOf(plural)}')
@Index(['ownerId', 'createdAt', 'id'])
export class ${One} extends OwnedEntity {
${fields
  .map(
    (field) =>
      `  @Column({ ${field.column}${field.isNullable ? ', nullable: true' : ''} })\n  ${field.name}!: ${typed(field)};`,
  )
  .join('\n\n')}
}
`;

export const tableOf = (plural) => plural.replaceAll('-', '_');

const service = ({ Many, One, file }) => `import { Injectable } from '@nestjs/common';
import { OwnedRows } from '../ownership/owned-rows';
import { Database } from '../platform/database/database.service';
import { Clock } from '../platform/kernel/clock.service';
import { ${One} } from './${file}.entity';

@Injectable()
export class ${Many}Service extends OwnedRows<${One}> {
  constructor(database: Database, clock: Clock) {
    super(database, clock, ${One}, ['createdAt', 'id']);
  }
}
`;

const controller = ({ plural, Many, One, one, file }, fields) => {
  const service = plural.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const given = fields.map(({ name, isNullable }) => (isNullable ? `${name} = null` : name)).join(', ');
  const values = fields.map(({ name }) => name).join(', ');
  return `import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { Owned, OwnedResource } from '../ownership/owned.decorator';
import { WithLocation } from '../platform/http/answers/with-location.decorator';
import { mapPage } from '../platform/pagination/page';
import { PageQueryDto } from '../platform/pagination/page-query.dto';
import { CurrentUser, type Caller } from '../users/caller';
import { Create${One}Dto } from './dto/create-${file}.dto';
import { ${One}Dto, ${One}PageDto } from './dto/${file}.dto';
import { Update${One}Dto } from './dto/update-${file}.dto';
import { ${One} } from './${file}.entity';
import { ${Many}Service } from './${plural}.service';

@Owned(${One})
@Controller('${plural}')
export class ${Many}Controller {
  constructor(private readonly ${service}: ${Many}Service) {}

  @Get()
  async list(@CurrentUser() caller: Caller, @Query() query: PageQueryDto): Promise<${One}PageDto> {
    return mapPage(await this.${service}.list(caller.id, query), ${One}Dto.from);
  }

  @Post()
  @WithLocation()
  async create(@CurrentUser() caller: Caller, @Body() { ${given} }: Create${One}Dto): Promise<${One}Dto> {
    return ${One}Dto.from(await this.${service}.insert(caller.id, { ${values} }));
  }

  @Get(':id')
  findOne(@OwnedResource() ${one}: ${One}): ${One}Dto {
    return ${One}Dto.from(${one});
  }

  @Patch(':id')
  async update(@OwnedResource() ${one}: ${One}, @Body() changes: Update${One}Dto): Promise<${One}Dto> {
    return ${One}Dto.from(await this.${service}.update(${one}, changes));
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@OwnedResource() ${one}: ${One}): Promise<void> {
    return this.${service}.remove(${one});
  }
}
`;
};

const moduleFile = ({ plural, Many, One, file }, time) => `import { Module } from '@nestjs/common';
import { ownedAccess } from '../ownership/owned-access';
import { Feature } from '../platform/features/feature.decorator';
import { ${Many}${time} } from './migrations/${time}-${plural}';
import { ${One} } from './${file}.entity';
import { ${Many}Controller } from './${plural}.controller';
import { ${Many}Service } from './${plural}.service';

@Feature({
  name: '${plural}',
  entities: [${One}],
  migrations: [${Many}${time}],
  access: ownedAccess('/${plural}'),
})
@Module({ controllers: [${Many}Controller], providers: [${Many}Service] })
export class ${Many}Module {}
`;

const migration = ({ plural, Many }, fields, time) => {
  const table = tableOf(plural);
  const columns = (dialect, id) =>
    [
      `"id" ${id} NOT NULL`,
      `"ownerId" ${id} NOT NULL`,
      '"createdAt" bigint NOT NULL',
      '"updatedAt" bigint NOT NULL',
      ...fields.map(({ name, sql, isNullable }) => `"${name}" ${sql[dialect]}${isNullable ? '' : ' NOT NULL'}`),
      `CONSTRAINT "pk_${table}" PRIMARY KEY ("id")`,
      `CONSTRAINT "fk_${table}_ownerId" FOREIGN KEY ("ownerId") REFERENCES "users" ("id") ON DELETE CASCADE`,
    ].join(',\n        ');
  const statements = (dialect, id) => `[
      \`CREATE TABLE "${table}" (
        ${columns(dialect, id)}
      )\`,
      \`CREATE INDEX "ix_${table}_ownerId_createdAt_id" ON "${table}" ("ownerId", "createdAt", "id")\`,
    ]`;
  return `import { DialectMigration } from '../../platform/database/migrating/dialect-migration';

export class ${Many}${time} extends DialectMigration {
  readonly forward = {
    sqlite: ${statements('sqlite', 'varchar')},
    postgres: ${statements('postgres', 'uuid')},
  };

  readonly backward = { sqlite: ['DROP TABLE "${table}"'], postgres: ['DROP TABLE "${table}"'] };
}
`;
};

const spec = ({ plural, one, noun, One }, fields) => {
  const example = Object.fromEntries(fields.map((field) => [field.name, field.example()]));
  const required = fields.find(({ isNullable }) => !isNullable);
  const text = JSON.stringify(example);
  const refused = required
    ? `
  it('a ${noun} without its ${required.name} is refused, and so is an unknown property', async () => {
    const carol = await app.register('carol');
    for (const body of [{ ...EXAMPLE, ${required.name}: null }, { ...EXAMPLE, surprise: true }]) {
      expect((await carol.post('/${plural}', body)).status).toBe(400);
    }
    expect((await carol.get<PageBody<${One}Body>>('/${plural}')).body.items).toEqual([]);
  });
`
    : '';
  return `import { TestApp } from './support/app';
import type { PageBody } from './support/client';
import { onEachDatabase } from './support/databases';

interface ${One}Body {
  id: string;
}

const EXAMPLE = ${text};

onEachDatabase((dialect) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(dialect);
  });

  afterAll(() => app.stop());

  it('${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun} is its owner’s alone', async () => {
    const [alice, bob] = [await app.register('alice'), await app.register('bob')];
    const { status, body: ${one} } = await alice.post<${One}Body>('/${plural}', EXAMPLE);
    expect([status, ${one}]).toEqual([201, expect.objectContaining({ ...EXAMPLE, ownerId: alice.session.user.id })]);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status } = await bob.send(method, \`/${plural}/\${${one}.id}\`, method === 'PATCH' ? {} : undefined);
      expect([method, status]).toEqual([method, 403]);
    }
    expect((await bob.get<PageBody<${One}Body>>('/${plural}')).body.items).toEqual([]);
    expect((await alice.get<PageBody<${One}Body>>('/${plural}')).body.items).toEqual([${one}]);
    expect((await alice.patch(\`/${plural}/\${${one}.id}\`, EXAMPLE)).body).toMatchObject(EXAMPLE);
    expect((await alice.delete(\`/${plural}/\${${one}.id}\`)).status).toBe(204);
    expect((await alice.get(\`/${plural}/\${${one}.id}\`)).status).toBe(404);
  });
${refused}});
`;
};

/** The files of the resource by path. @param time of the migration, in epoch milliseconds */
export function filesOf(names, fields, time) {
  const { plural, file } = names;
  const folder = `src/${plural}`;
  return {
    [`${folder}/${file}.entity.ts`]: entity(names, fields),
    [`${folder}/dto/create-${file}.dto.ts`]: createDto(names, fields),
    [`${folder}/dto/update-${file}.dto.ts`]: updateDto(names),
    [`${folder}/dto/${file}.dto.ts`]: dto(names, fields),
    [`${folder}/${plural}.service.ts`]: service(names),
    [`${folder}/${plural}.controller.ts`]: controller(names, fields),
    [`${folder}/${plural}.module.ts`]: moduleFile(names, time),
    [`${folder}/migrations/${time}-${plural}.ts`]: migration(names, fields, time),
    [`test/${plural}.e2e-spec.ts`]: spec(names, fields),
  };
}
