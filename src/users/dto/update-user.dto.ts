import { Optional } from '../../common/validation/fields';
import { Username } from './username';

/** What the owner of an account may change. */
export class UpdateUserDto {
  @Optional()
  @Username()
  username?: string;
}
