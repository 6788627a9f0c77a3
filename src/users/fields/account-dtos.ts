import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import type { FeatureDefinition } from '../../platform/features/feature.decorator';
import { onPublication } from '../../platform/features/publication';
import { Optional } from '../../platform/validation/fields';
import { UpdateUserDto } from '../dto/update-user.dto';
import { UserDto } from '../dto/user.dto';
import type { AccountField } from './account-field';

/** Metadata key under which `@nestjs/swagger` stores the names of documented properties, each after a colon. */
const DOCUMENTED = 'swagger/apiModelPropertiesArray';

/** The fields whose validators were already registered; class-validator's metadata cannot be removed. */
const validated = new Set<AccountField>();

const documentedOf = (prototype: object) => (Reflect.getMetadata(DOCUMENTED, prototype) ?? []) as string[];

/** The built-in properties of accounts. */
const OWN: Record<keyof UserDto | keyof UpdateUserDto, true> = {
  ...{ id: true, username: true, email: true, emailVerified: true },
  ...{ roles: true, isActive: true, createdAt: true, updatedAt: true },
};

/** The documented properties of the DTOs without any feature. */
const own = new Map([UserDto.prototype, UpdateUserDto.prototype].map((dto) => [dto, documentedOf(dto)] as const));

onPublication((features) => {
  for (const [dto, documented] of own) Reflect.defineMetadata(DOCUMENTED, documented, dto);
  features.forEach(addFields);
});

function addFields({ name: feature, accountFields = {} }: FeatureDefinition): void {
  for (const [name, field] of Object.entries(accountFields)) {
    if (Object.hasOwn(OWN, name))
      throw new TypeError(`The feature ${feature} cannot add ${name}: accounts already have it`);
    const kept = `Data of the feature ${feature} about the account`;
    const shown = `${kept}, in \`/users/me\` and for administrators.`;
    ApiProperty({ type: () => field.shown, required: false, description: shown })(UserDto.prototype, name);
    if (field.accepted) accept(name, field, field.accepted, `${kept}.`);
  }
}

function accept(
  name: string,
  field: AccountField,
  accepted: NonNullable<AccountField['accepted']>,
  description: string,
): void {
  const dto = UpdateUserDto.prototype;
  ApiProperty({ type: () => accepted, required: false, description })(dto, name);
  if (validated.has(field)) return;
  validated.add(field);
  Optional()(dto, name);
  IsObject({ message: 'must be an object' })(dto, name);
  ValidateNested()(dto, name);
  Type(() => accepted)(dto, name);
}
