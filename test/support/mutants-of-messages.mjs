/** Properties whose texts are written for people. */
const TEXTS = new Set(['refusal', 'message', 'description']);

/** Which argument of an error is its message. */
const MESSAGES = { DomainError: 1, Error: 0, TypeError: 0 };

function isMessage(path) {
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return false;
  const { parent, key } = path;
  if (parent.type === 'NewExpression') return MESSAGES[parent.callee.name] === key;
  return ['ObjectProperty', 'ClassProperty'].includes(parent.type) && TEXTS.has(parent.key.name);
}

/** Tells Stryker which mutants to leave out: a message that says something else is no fault that a test should find. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages',
    value: { shouldIgnore: (path) => (isMessage(path) ? 'A message is free to change.' : undefined) },
  },
];
