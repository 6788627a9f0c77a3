// The DTOs of an owned resource.

export const capitalized = (name) => name.charAt(0).toUpperCase() + name.slice(1);

export const typed = ({ type, isNullable }) => (isNullable ? `${type} | null` : type);

const imported = (from, names) => {
  const sorted = [...new Set(names)].sort();
  return sorted.length === 0 ? '' : `import { ${sorted.join(', ')} } from '${from}';\n`;
};

const namesFrom = (fields, source) => fields.flatMap(({ imports }) => imports[source] ?? []);

export const createDto = ({ One, noun }, fields) => {
  const hasNull = fields.some(({ isNullable }) => isNullable);
  return `${imported('@nestjs/swagger', namesFrom(fields, 'swagger'))}${imported('class-validator', namesFrom(fields, 'validator'))}${imported(
    '../../platform/validation/fields',
    [...namesFrom(fields, 'fields'), ...(hasNull ? ['Clearable'] : [])],
  )}
export class Create${One}Dto {
${fields
  .map((field) => {
    const optional = field.isNullable ? ['@Clearable()'] : [];
    const lines = [...optional, ...field.decorators(field.example())].map((line) => `  ${line}`);
    const mark = field.isNullable ? '?' : '!';
    return `  /** The \`${field.name}\` of the ${noun}${field.isNullable ? '; null for none' : ''}. */\n${lines.join('\n')}\n  ${field.name}${mark}: ${typed(field)};`;
  })
  .join('\n\n')}
}
`;
};

export const updateDto = ({ One, file }) => `import { PartialType } from '@nestjs/swagger';
import { Create${One}Dto } from './create-${file}.dto';

export class Update${One}Dto extends PartialType(Create${One}Dto, { skipNullProperties: false }) {}
`;

const shownProperty = (field, noun) => {
  const example = JSON.stringify(field.example());
  const about = `The \`${field.name}\` of the ${noun}${field.isNullable ? '; null for none' : ''}.`;
  const type = field.type === 'number' ? 'Number' : capitalized(field.type);
  const options = [
    ...(field.isNullable && !field.shown?.startsWith('type') ? [`type: ${type}`] : []),
    ...(field.shown ? [field.shown] : []),
    ...(field.isNullable ? ['nullable: true'] : []),
  ];
  const needsOptions = field.shown !== undefined || field.isNullable;
  const inText = needsOptions && field.shown !== undefined ? '' : ` @example ${example}`;
  const decorator = needsOptions ? `  @ApiProperty({ ${options.join(', ')} })\n` : '';
  return `  /** ${about}${inText} */\n${decorator}  ${field.name}!: ${typed(field)};`;
};

export const dto = ({ One, one, noun, file }, fields) => {
  const hasOptions = fields.some(({ isNullable, shown }) => isNullable || shown !== undefined);
  return `${hasOptions ? imported('@nestjs/swagger', ['ApiProperty']) : ''}import { OwnedDto } from '../../ownership/owned.dto';
import { PageOf } from '../../platform/pagination/page';
import type { ${One} } from '../${file}.entity';

export class ${One}Dto extends OwnedDto {
${fields.map((field) => shownProperty(field, noun)).join('\n\n')}

  static from(${one}: ${One}): ${One}Dto {
    return { ${fields.map(({ name }) => `${name}: ${one}.${name}`).join(', ')}, ...OwnedDto.of(${one}) };
  }
}

export class ${One}PageDto extends PageOf(${One}Dto) {}
`;
};
