import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Vocabulary } from '../features/vocabulary';
import { ProblemDto } from '../problems/problem.dto';
import { completeDocument } from './complete-document';
import { operationId } from './operation-id';

const DESCRIPTION = `Accounts, sessions, tokens, and notes that only their owners can open.

Execute \`POST /auth/register\` or \`POST /auth/login\`, and later calls on this page are authorized, even after a
reload, until you log out or the access token expires (after 15 minutes; then log in again).

Every error is \`application/problem+json\` (RFC 9457, \`Problem\` below) with a stable \`code\`; each operation lists
its codes. A 401 carries \`WWW-Authenticate\`; a 429 and a 503 give the seconds to wait in \`Retry-After\`.
Lists come in pages: send the \`nextCursor\` of a page as \`cursor\` to get the next one.`;

/** Text of the Authorize dialog. */
const BEARER = `The **access token** (\`accessToken\`) from the response to a login, or an **API token** (\`lk_...\`).
Paste only the token, without the word Bearer.

After a login on this page, this is not needed. An API token can only call operations for which it has the scopes.`;

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** Descriptions of tags, by the names in `@ApiTags()`. */
    readonly tags?: Readonly<Record<string, string>>;
  }
}

/** The tags, in the order of Swagger UI. */
const TAGS = new Vocabulary<string, string>(({ tags }) => tags);

/** Generates the OpenAPI document of the application. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Latchkey API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: BEARER }, 'bearer');
  for (const tag of TAGS.names) builder.addTag(tag, TAGS.get(tag));
  const options = { extraModels: [ProblemDto], operationIdFactory: operationId };
  return completeDocument(SwaggerModule.createDocument(app, builder.build(), options));
}
