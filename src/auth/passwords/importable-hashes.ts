import { Injectable } from '@nestjs/common';

/** bcrypt, by itself or over our own digest: 60 characters of known shape and bounded cost. */
const KNOWN = /^(hmac384\$[A-Za-z0-9_-]{8}\$)?\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;

/** Which password hashes made elsewhere may be stored: a login must never run for hours because of one. */
@Injectable()
export class ImportableHashes {
  /** @returns why the hash is refused, to complete "passwordHash ..."; null when it may be stored */
  refusal(hash: string): string | null {
    return KNOWN.test(hash) ? null : 'is in no format that is known, or costs too much';
  }
}
