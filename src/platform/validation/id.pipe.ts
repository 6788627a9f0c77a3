import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '../kernel/ids';
import { validationFailed } from './request-validation.pipe';

/**
 * Parses an id in a path into the stored form.
 * @param parameter its name in the path
 * @throws DomainError `validation_failed` for anything but a UUID
 */
export function parseId(value: unknown, parameter = 'id'): string {
  const id = typeof value === 'string' ? value.toLowerCase() : value;
  if (!isId(id)) throw validationFailed([{ pointer: `/${parameter}`, message: 'must be a UUID' }]);
  return id;
}

/** Validates an id in a path: `@Param('taskId', IdPipe) taskId: string`. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    return parseId(value, data);
  }
}
