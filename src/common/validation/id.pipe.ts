import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '../ids';
import { validationFailed } from './validation.pipe';

/** The id in a path, in the one form under which rows are stored. @throws DomainError `validation_failed` for anything but a UUID */
export function parseId(value: unknown): string {
  const id = typeof value === 'string' ? value.toLowerCase() : value;
  if (!isId(id)) throw validationFailed([{ pointer: '/id', message: 'must be a UUID' }]);
  return id;
}

/** Checks the `:id` of a path: `@Param('id', IdPipe) id: string`. */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    return parseId(value);
  }
}
