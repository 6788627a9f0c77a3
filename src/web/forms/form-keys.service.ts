import { Injectable } from '@nestjs/common';
import { parse, stringify } from 'uuid';
import { Keyring } from '../../platform/config/keyring';
import { newId } from '../../platform/kernel/ids';
import { TokenSigner } from '../../platform/signing/token-signer';

/**
 * Ids of the rows that forms will make, chosen when a form is shown: a form that is sent twice asks for one row twice. Signed,
 * for one account, so that no one chooses ids.
 */
@Injectable()
export class FormKeys {
  private readonly signer: TokenSigner;

  constructor(keyring: Keyring) {
    this.signer = new TokenSigner(keyring, { purpose: 'form-key', length: 16 });
  }

  /** A key for a form that is shown to this account. */
  issue(accountId: string): string {
    return this.signer.sign(Buffer.from(parse(newId())), accountId);
  }

  /** The id of the row that a form makes; a new one where its key was not made here for this account. */
  idOf(key: string, accountId: string): string {
    const id = this.signer.verify(key, accountId);
    return id ? stringify(id) : newId();
  }
}
