import { Text } from '../../common/validation/fields';

/** A username property: 3 to 80 of letters, digits, `_`, `.` and `-`. */
export const Username = (example = 'alice') =>
  Text({
    min: 3,
    max: 80,
    example,
    pattern: /^[A-Za-z0-9_.-]+$/,
    meaning: 'of letters, digits, _, . and -',
  });
