import type { PageQueryDto } from '../../platform/pagination/page-query.dto';

/** Rows of a page of a list. */
const LIMIT = 20;

/** Which page of a list a link asks for. @param cursor empty for the first page */
export const listQuery = (cursor: string): PageQueryDto => ({ limit: LIMIT, ...(cursor !== '' && { cursor }) });
