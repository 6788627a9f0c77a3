import MarkdownIt, { type StateCore, type Token } from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

/** Longest text that is rendered: what hostile texts cost grows with the square of their length. */
const MAX_CHARACTERS = 10_000;

/** Most cells of all tables, as a row of one character has as many cells as the table has columns. */
const MAX_CELLS = 5_000;

/** Whether a link may lead there. */
const isAllowed = (address: string): boolean => /^(?:https?:\/\/|mailto:)./i.test(address);

/** What may stand in the result, whatever the parser makes of a text. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h2', 'h3', 'h4', 'h5', 'h6', 'p', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'hr', 'br'],
    ...['a', 'em', 'strong', 's', 'div', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', { name: 'rel', values: ['nofollow noopener noreferrer'] }],
    div: ['tabindex', { name: 'class', values: ['table'] }],
    ol: ['start'],
    pre: ['tabindex'],
    th: [{ name: 'scope', values: ['col'] }],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  // Of a link that is not allowed, its text is left.
  exclusiveFilter: ({ tag, attribs }) => tag === 'a' && !isAllowed(attribs['href'] ?? '') && 'excludeTag',
  transformTags: {
    a: (tagName, { href = '' }) => ({ tagName, attribs: { href, rel: 'nofollow noopener noreferrer' } }),
    // What may be wider than the window is scrolled by keyboard too (WCAG 2.1.1).
    pre: (tagName, attribs) => ({ tagName, attribs: { ...attribs, tabindex: '0' } }),
    th: (tagName, attribs) => ({ tagName, attribs: { ...attribs, scope: 'col' } }),
  },
};

function createParser() {
  const parser = new MarkdownIt({ html: false, linkify: true, typographer: false });
  parser.validateLink = isAllowed;
  parser.core.ruler.push('fit-into-page', fitIntoPage);
  parser.renderer.rules['table_open'] = () => '<div class="table" tabindex="0"><table>\n';
  parser.renderer.rules['table_close'] = () => '</table></div>\n';
  return parser;
}

let created: ReturnType<typeof createParser> | undefined;

/** Created for the first text, which a start does not wait for. */
const parser = () => (created ??= createParser());

/**
 * Markdown as safe HTML: without HTML of its own, images or scripts, its headings below the page's own.
 * @returns null for a text that would take too long
 */
export function renderMarkdown(text: string): string | null {
  if (text.length > MAX_CHARACTERS || cellsIn(text) > MAX_CELLS) return null;
  return sanitizeHtml(parser().render(text), ALLOWED);
}

/** At least as many cells as the tables of a text have. */
function cellsIn(text: string): number {
  const lines = text.split('\n');
  const pipes = lines.map((line) => line.split('|').length - 1);
  const widest = pipes.reduce((most, count) => Math.max(most, count), 0);
  return widest === 0 ? 0 : (widest + 1) * lines.length;
}

/** Lowers headings by one level and makes links of images, which would be loaded from elsewhere. */
function fitIntoPage({ tokens }: StateCore): void {
  for (const token of tokens) {
    if (token.type.startsWith('heading_')) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
    if (token.children) token.children = token.children.reduce(withoutImage, { depth: 0, tokens: [] }).tokens;
  }
}

/** The inline tokens so far, and within how many links the next one stands. */
interface Inline {
  depth: number;
  readonly tokens: Token[];
}

function withoutImage(inline: Inline, token: Token): Inline {
  inline.depth += token.type === 'link_open' ? 1 : token.type === 'link_close' ? -1 : 0;
  if (token.type === 'image') inline.tokens.push(...linkTo(token, inline.depth > 0));
  else inline.tokens.push(token);
  return inline;
}

function linkTo(image: Token, isLinked: boolean): Token[] {
  const address = String(image.attrGet('src') ?? '');
  const { renderer, options } = parser();
  const alt = renderer.renderInlineAsText(image.children ?? [], options, {});
  const TokenKind = image.constructor as typeof Token;
  const text = new TokenKind('text', '', 0);
  text.content = alt.trim() === '' ? address : alt;
  if (isLinked) return [text];
  const [open, close] = [new TokenKind('link_open', 'a', 1), new TokenKind('link_close', 'a', -1)];
  open.attrSet('href', address);
  return [open, text, close];
}
