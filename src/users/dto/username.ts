import { Text } from '../../platform/validation/fields';
import { USERNAME } from '../names';

/** A username property: 3 to 80 letters, digits, `_`, `.` and `-`. */
export const Username = (example = 'alice') =>
  Text({
    ...USERNAME,
    example,
    meaning: 'of letters, digits, _, . and -',
  });
