import { Text } from '../../common/validation/fields';

/** A username property: 3 to 80 of letters, digits, `_`, `.` and `-`. */
export const Username = () =>
  Text({
    min: 3,
    max: 80,
    example: 'alice',
    pattern: /^[A-Za-z0-9_.-]+$/,
    meaning: 'of letters, digits, _, . and -',
  });
