import type { AddedTotpDto } from '../../auth/totp/dto/add-totp.dto';
import type { FormState } from '../forms/form';
import { View } from '../rendering/page-answer';
import { qrCode } from './qr-code';

/**
 * The page of an authenticator app that waits for its first code.
 * @param template which renders `factors/totp-setup` @param values more of them
 */
export async function totpPage(template: string, form: FormState, added: AddedTotpDto, values = {}): Promise<View> {
  const secret = added.secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
  return new View(template, { form, id: added.id, secret, qr: await qrCode(added.uri), ...values });
}

/** The page of new recovery codes, which are on no other. @param next where it leads on: a path of the site */
export const recoveryCodesPage = (codes: readonly string[], next: string): View =>
  new View('factors/recovery-codes', { codes, newline: '\n', next });
