import { validationFailed } from '../../platform/validation/request-validation.pipe';
import type { Form } from '../forms/form';
import { TEXTS } from '../rendering/texts';

/**
 * Checks that a new password was typed twice alike: `name` and `nameAgain` are the fields.
 * @throws DomainError `validation_failed`
 */
export function assertTypedTwice(form: Form, name: string): void {
  const again = `${name}Again`;
  if (form.text(again) === form.text(name)) return;
  throw validationFailed([{ pointer: `/${again}`, message: TEXTS.passwordsDiffer }]);
}
