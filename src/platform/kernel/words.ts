/** Converts a name in code to words: `ApiToken` is "API token". */
export const words = (name: string): string =>
  name
    .replaceAll(/[-_]/g, ' ')
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .replaceAll(/\bapi\b/g, 'API');

/** The singular of an English plural; other words stay unchanged: `Categories` is `Category`. */
export const singular = (plural: string): string =>
  plural
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/(?<![siu])s$/, '');
