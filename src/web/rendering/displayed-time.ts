/** Made for the first page that shows a time, as it loads the data of all languages. */
let format: Intl.DateTimeFormat | undefined;

/** A time as pages show it, such as `Jan 5, 2026, 3:04 PM UTC`. */
export function displayedTime(time: Date): string {
  format ??= new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(time)} UTC`;
}
