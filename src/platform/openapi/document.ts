import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Vocabulary } from '../features/vocabulary';
import { ProblemDto } from '../problems/problem.dto';
import { completeDocument } from './complete-document';
import { operationId } from './operation-id';

const DESCRIPTION = `Accounts, sessions, tokens, and notes that only their owners can open.

Execute \`POST /auth/register\` or \`POST /auth/login\`, and every later call on this page is authorized, also after a
reload, until you log out or the access token expires (after 15 minutes; then log in again).

Every error is \`application/problem+json\` (RFC 9457, \`Problem\` below) with a stable \`code\`; each operation lists
its codes. A 401 carries \`WWW-Authenticate\`; a 429 and a 503 say in \`Retry-After\` how many seconds to wait.
Lists come in pages: send the \`nextCursor\` of a page as \`cursor\` to get the next one.`;

/** What the Authorize dialog says. */
const BEARER = `The **access token** (\`accessToken\`) in the answer of a login, or an **API token** (\`lk_...\`).
Paste the token alone, without the word Bearer in front.

After a login on this page there is nothing to paste. An API token opens only the operations that name a scope it has.`;

declare module '../features/feature.decorator' {
  interface FeatureDefinition {
    /** Tags of operations, as `@ApiTags()` names them, and what they are about. */
    readonly tags?: Readonly<Record<string, string>>;
  }
}

/** The tags, in the order in which Swagger UI shows them. */
const TAGS = new Vocabulary<string, string>(({ tags }) => tags);

/** The OpenAPI document of the application, made from its code. */
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
