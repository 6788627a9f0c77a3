import type { Form } from '../forms/form';

/** What was filled in of some filters, by name; undefined for those that were left empty. */
export function filled<N extends string>(form: Form, names: readonly N[]): Record<N, string | undefined> {
  const entries = names.map((name) => [name, form.text(name) === '' ? undefined : form.text(name)]);
  return Object.fromEntries(entries) as Record<N, string | undefined>;
}

/** The address of the next page of a filtered list. Empty behind the last one. */
export function nextPage(path: string, filters: Record<string, string | undefined>, cursor: string | null): string {
  if (cursor === null) return '';
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value);
  query.set('cursor', cursor);
  return `${path}?${query.toString()}`;
}
