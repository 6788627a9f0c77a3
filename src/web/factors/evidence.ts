import { PasskeyEvidenceDto } from '../../auth/passkeys/dto/passkey-evidence.dto';
import type { Form } from '../forms/form';
import { passkeyIn } from './passkey-answer';

/** What one of the forms of the template `factors/evidence` sent, by the name of its field. */
export async function evidenceIn(
  form: Form,
): Promise<{ totp: string } | { recoveryCode: string } | { passkey: PasskeyEvidenceDto }> {
  switch (form.text('method')) {
    case 'passkey':
      return { passkey: await passkeyIn(form, PasskeyEvidenceDto) };
    case 'recovery_code':
      return { recoveryCode: form.text('recoveryCode').trim() };
    default:
      return { totp: digitsIn(form, 'totp') };
  }
}

/** Digits as people type them: in groups, if they like. */
export const digitsIn = (form: Form, field: string): string => form.text(field).replaceAll(/[\s-]/g, '');
