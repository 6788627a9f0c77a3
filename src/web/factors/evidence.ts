import type { Form } from '../forms/form';

/** What one of the forms of the template `factors/evidence` sent, by the name of its field. */
export const evidenceIn = (form: Form): { totp: string } | { recoveryCode: string } =>
  form.text('method') === 'recovery_code'
    ? { recoveryCode: form.text('recoveryCode').trim() }
    : { totp: digitsIn(form, 'totp') };

/** Digits as people type them: in groups, if they like. */
export const digitsIn = (form: Form, field: string): string => form.text(field).replaceAll(/[\s-]/g, '');
