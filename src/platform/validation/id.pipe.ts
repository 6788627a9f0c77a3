import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '../kernel/ids';
import { validationFailed } from './request-validation.pipe';

/**
 * The id in a path, in the one form under which rows are stored.
 * @param parameter its name in the path
 * @throws DomainError `validation_failed` for anything but a UUID
 */
export function parseId(value: unknown, parameter = 'id'): string {
  const id = typeof value === 'string' ? value.toLowerCase() : value;
  if (!isId(id)) throw validationFailed([{ pointer: `/${parameter}`, message: 'must be a UUID' }]);
  return id;
}

/** Checks an id of a path: `@Param('taskId', IdPipe) taskId: string`. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: ArgumentMetadata): string {
    return parseId(value, data);
  }
}
