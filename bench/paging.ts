import { get, type LoadProcess } from './load-process';
import { ARCHIVE_NOTES } from './seed';
import { fetchJson, type Stage } from './stage';
import { Contest } from './throughput';

const LONG_PAGE = 100;
const PAGE = 20;

/** The first page of 100,000 notes against the last one: whether later pages are slower. */
export async function pagingContest(stage: Stage, load: LoadProcess): Promise<Contest<'first' | 'last'>> {
  const url = `${stage.programs.latchkey.api}/notes`;
  const cursor = await lastPage(url, stage.archiveToken);
  return new Contest(load, [
    ['first', get(url, stage.archiveToken)],
    ['last', get(`${url}?cursor=${cursor}`, stage.archiveToken)],
  ]);
}

/** Walks to the cursor of the last page as a client would, which also proves that no note is missing or repeated. */
async function lastPage(url: string, token: string): Promise<string> {
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const limit = ARCHIVE_NOTES - seen.size > LONG_PAGE ? LONG_PAGE : PAGE;
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: { items: { id: string }[]; nextCursor: string | null } = await fetchJson(
      `${url}?limit=${limit}${query}`,
      token,
    );
    for (const { id } of page.items) seen.add(id);
    cursor = page.nextCursor;
  } while (cursor !== null && seen.size < ARCHIVE_NOTES - PAGE);
  if (cursor === null || seen.size !== ARCHIVE_NOTES - PAGE) throw new Error(`Paging showed ${seen.size} notes`);
  return cursor;
}
