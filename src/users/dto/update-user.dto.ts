import { Optional } from '../../platform/validation/fields';
import { Username } from './username';

/** What the owner of an account may change. */
export class UpdateUserDto {
  /** The new username: 3 to 80 letters, digits, `_`, `.` and `-`; unique without regard to case. */
  @Optional()
  @Username('alice.liddell')
  username?: string;
}
