import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemDto } from '../common/problems/problem.dto';
import { completeOperations } from './complete-operations';

const DESCRIPTION = `Accounts, sessions, tokens, and notes that only their owners can open.

Run \`register\` or \`login\` here and every later call on this page is authorised.
Errors are problem details (RFC 9457) with a stable \`code\`. Lists are paged by an opaque \`cursor\`.`;

/** The OpenAPI document of the application, made from its code. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle('Latchkey API')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
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
  const document = SwaggerModule.createDocument(app, base, {
    extraModels: [ProblemDto],
    operationIdFactory: (controller, method) => decapitalize(controller.replace('Controller', '')) + capitalize(method),
  });
  return completeOperations(document);
}

const decapitalize = (word: string) => word.charAt(0).toLowerCase() + word.slice(1);
const capitalize = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
