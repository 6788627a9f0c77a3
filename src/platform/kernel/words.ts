/** The words of a name in code, as a sentence writes them: `ApiToken` is "API token". */
export const words = (name: string): string =>
  name
    .replaceAll(/[-_]/g, ' ')
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .replaceAll(/\bapi\b/g, 'API');

/** One of what an English plural names; the word itself where it is no plural: `Categories` is `Category`. */
export const singular = (plural: string): string =>
  plural
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/(?<![siu])s$/, '');
