import fc from 'fast-check';
import { renderMarkdown } from './markdown';
import { MarkdownRenderer } from './markdown-renderer.service';

const REL = ' rel="nofollow noopener noreferrer"';

/** Every tag that may stand in the result, as it may stand there. */
const TAG = new RegExp(
  [
    '</?(?:h[2-6]|p|ul|ol|li|blockquote|code|a|em|strong|s|div|table|thead|tbody|tr|th|td|pre)>',
    '<(?:hr|br) />',
    `<a href="(?:https?://|mailto:)[^"<>\\s]+"${REL}>`,
    '<div class="table" tabindex="0">',
    '<ol start="\\d+">',
    '<pre tabindex="0">',
    '<th scope="col">',
  ].join('|'),
  'gi',
);

/** What is left of a result without its tags: text, in which nothing may begin a tag. */
const withoutTags = (html: string) => html.replace(TAG, '');

const link = (href: string, text: string) => `<a href="${href}"${REL}>${text}</a>`;

describe('Markdown', () => {
  it.each([
    ['headings below that of the page', '# A\n\n## B\n\n###### C', '<h2>A</h2>\n<h3>B</h3>\n<h6>C</h6>\n'],
    ['marks', '**b** *i* ~~s~~ `c`', '<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>\n'],
    ['lists', '3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'],
    ['code', '```js\nx < y\n```', '<pre tabindex="0"><code>x &lt; y\n</code></pre>\n'],
    ['links', '[a](https://x.y "t")', `<p>${link('https://x.y', 'a')}</p>\n`],
    ['addresses', 'http://a.b/c', `<p>${link('http://a.b/c', 'http://a.b/c')}</p>\n`],
    ['images as links', '![a *b*](http://x.y/z)', `<p>${link('http://x.y/z', 'a b')}</p>\n`],
    ['images without words', '![](http://x.y/z)', `<p>${link('http://x.y/z', 'http://x.y/z')}</p>\n`],
    ['images in links', '[![a](http://i.j/)](http://l.m/)', `<p>${link('http://l.m/', 'a')}</p>\n`],
    ['code behind a link that leads nowhere', '![a]()\n```\n', '<p>a</p>\n<pre tabindex="0"><code></code></pre>\n'],
    ['any Unicode', '# e\u0301 😀 \u202e 漢字', '<h2>e\u0301 😀 \u202e 漢字</h2>\n'],
  ])('has %s', (_, text, html) => {
    expect(renderMarkdown(text)).toBe(html);
  });

  it('has tables, in a part that is scrolled by keyboard', () => {
    const html = renderMarkdown('|a|\n|:-:|\n|1|') ?? '';
    expect(html).toContain('<div class="table" tabindex="0"><table>\n<thead>\n<tr>\n<th scope="col">a</th>');
    expect(html).toContain('<td>1</td>');
    expect(html).toMatch(/<\/table><\/div>\n$/);
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)><style>*{}</style></svg>',
    '<!-- <b> --> <![CDATA[<b>]]> <?php ?>',
    '<a href="javascript:alert(1)" target=_blank style="x">a</a>',
    '`<b>` &lt;b&gt; &#60;b&#62;',
    '```<script>\n</code></pre><script>\n```',
    '# <h1 onclick=x>',
    '|<b>|\n|-|\n|<td onclick=x>|',
  ])('shows HTML as text: %s', (text) => {
    const html = renderMarkdown(text) ?? '';
    expect(withoutTags(html)).not.toMatch(/[<>]/);
    expect(html).toContain('&lt;');
  });

  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](&#106;avascript:alert(1))',
    '[a](java\tscript:alert(1))',
    '[a](<javascript:alert(1)>)',
    '[a][b]\n\n[b]: javascript:alert(1)',
    '[a](data:text/html,x)',
    '![a](data:image/png;base64,AAAA)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](ftp://x.y)',
    '[a](//evil.example)',
    '[a](/logout)',
    '[a](http:/\\evil)',
    '[a](http:)',
    '[a]()',
    '![]()',
    '<javascript:alert(1)>',
    '<ftp://x.y>',
    'ftp://x.y //x.y',
  ])('makes no link of %s', (text) => {
    expect(renderMarkdown(text)).not.toMatch(/<a[ >]|href=/);
  });

  it('leaves quotes and line ends in addresses no way out of them', () => {
    const html =
      renderMarkdown('[a](http://x.y/"onclick="alert(1)) <http://x.y/"><b> [a](<http://x.y/\'> "\\"><b>")') ?? '';
    expect(withoutTags(html)).not.toMatch(/[<>]/);
  });

  const pieces = [
    ...[
      '<',
      '>',
      '"',
      "'",
      '&',
      '[',
      ']',
      '(',
      ')',
      '!',
      '|',
      '-',
      '#',
      '*',
      '_',
      '`',
      '~',
      '\\',
      '/',
      ':',
      ';',
      ' ',
      '\n',
      '\t',
    ],
    ...[
      'a',
      '1. ',
      '&lt;',
      '&#x3c;',
      '<script>',
      '</p>',
      '<!--',
      '-->',
      'javascript:',
      'data:',
      'http://a.b',
      'a@b.c',
      'onerror=x',
    ],
    ...[
      '![a](',
      '[a](',
      '\n|-|\n',
      '\n```\n',
      '    ',
      'http://',
      'mailto:',
      '\r',
      '\u2028',
      '\u00a0',
      '😀',
      '\u202e',
      '\ud800',
      '\0',
    ],
  ];
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('whatever the text, nothing but what is allowed stands in the result', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(withoutTags(renderMarkdown(text) ?? '')).not.toMatch(/[<>]/);
      }),
      { numRuns: 1000 },
    );
  });

  it('is not made of what would take long: a text of more than 10,000 characters, or tables of more than 5,000 cells', () => {
    const wide = `${'|a'.repeat(200)}|\n${'|-'.repeat(200)}|\n`;
    expect(renderMarkdown('a'.repeat(10_000))).toBe(`<p>${'a'.repeat(10_000)}</p>\n`);
    expect(renderMarkdown('a'.repeat(10_001))).toBeNull();
    expect(renderMarkdown(wide + 'a\n'.repeat(20))).toContain('<table>');
    expect(renderMarkdown(wide + 'a\n'.repeat(1000))).toBeNull();
    expect(renderMarkdown(`a|b\n-|-\n${'|\n'.repeat(2_600)}`)).toBeNull();
    expect(renderMarkdown('a\n'.repeat(5_000))).toContain('<p>');
  });

  it('is rendered again once the text changed, and is the same while it did not', () => {
    const renderer = new MarkdownRenderer();
    expect(renderer.render({ id: '1', content: 'a' })).toBe('<p>a</p>\n');
    expect(renderer.render({ id: '1', content: 'b' })).toBe('<p>b</p>\n');
    expect(renderer.render({ id: '2', content: 'c' })).toBe('<p>c</p>\n');
    expect(renderer.render({ id: '1', content: 'b' })).toBe('<p>b</p>\n');
    expect(renderer.render({ id: '3', content: 'x'.repeat(10_001) })).toBeNull();
  });
});
