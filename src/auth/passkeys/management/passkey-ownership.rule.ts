import { Injectable } from '@nestjs/common';
import type { AccessRule } from '../../../ownership/rules/access-rule';
import type { Caller } from '../../../users/caller';
import type { Passkey } from '../passkey.entity';

/** Only the owner of a passkey may change it. */
@Injectable()
export class PasskeyOwnership implements AccessRule<Passkey> {
  may(caller: Caller, { userId }: Passkey): boolean {
    return userId === caller.id;
  }
}
