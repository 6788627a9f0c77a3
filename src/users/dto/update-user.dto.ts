import { Optional } from '../../platform/validation/fields';
import { Username } from './username';

/** Changes that the owner of an account can make. */
export class UpdateUserDto {
  /** The new username: 3 to 80 letters, digits, `_`, `.` and `-`; unique, ignoring case. */
  @Optional()
  @Username('alice.liddell')
  username?: string;
}
