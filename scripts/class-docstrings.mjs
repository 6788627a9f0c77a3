// A plugin of `nest build`: the docstring of a class in a `*.dto.ts` file becomes the description of its schema, as
// @nestjs/swagger's own plugin does for properties.
import ts from 'typescript';

const { factory } = ts;

function docstring(node) {
  // Another plugin may have replaced the class in the source.
  const comment = ts.getJSDocCommentsAndTags(ts.getOriginalNode(node)).filter(ts.isJSDoc).at(-1)?.comment;
  return ts.getTextOfJSDocComment(comment)?.replaceAll(/\s+/g, ' ');
}

const call = (callee, argument) => factory.createCallExpression(callee, undefined, [argument]);

/** `@require('@nestjs/swagger').ApiSchema({ description })` */
function apiSchema(description) {
  const swagger = call(factory.createIdentifier('require'), factory.createStringLiteral('@nestjs/swagger'));
  const property = factory.createPropertyAssignment('description', factory.createStringLiteral(description));
  const decorator = factory.createPropertyAccessExpression(swagger, 'ApiSchema');
  return factory.createDecorator(call(decorator, factory.createObjectLiteralExpression([property])));
}

function describe(node) {
  const description = ts.isClassDeclaration(node) && docstring(node);
  if (!description) return node;
  const { modifiers = [], name, typeParameters, heritageClauses, members } = node;
  const described = [apiSchema(description), ...modifiers];
  return factory.updateClassDeclaration(node, described, name, typeParameters, heritageClauses, members);
}

export const before = () => (context) => (file) =>
  file.fileName.endsWith('.dto.ts') ? ts.visitEachChild(file, describe, context) : file;
