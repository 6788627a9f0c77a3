import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
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

/** The OpenAPI document of the application, made from its code. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.1')
    .setTitle('Latchkey API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: BEARER }, 'bearer')
    .addTag('Auth', 'Register, log in, stay in, log out')
    .addTag('Sessions', 'Where the caller is logged in')
    .addTag('API tokens', 'Limited tokens for scripts')
    .addTag('Passwords', 'Change, forget, reset')
    .addTag('Email', 'Verify, change, undo')
    .addTag('Users', "The caller's account")
    .addTag('Notes', 'Notes that only their owner can open')
    .addTag('Activity', "What happened to the caller's account")
    .addTag('Administration', 'Accounts of others and the audit trail, for administrators')
    .addTag('System', 'For load balancers and orchestrators')
    .build();
  const options = { extraModels: [ProblemDto], operationIdFactory: operationId };
  return completeDocument(SwaggerModule.createDocument(app, base, options));
}
