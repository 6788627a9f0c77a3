import { singular } from '../kernel/words';

/** What the handlers of a resource are called, and what their operations do. */
const VERBS: Partial<Record<string, string>> = {
  list: 'list',
  create: 'create',
  findOne: 'get',
  update: 'update',
  remove: 'delete',
};

/**
 * The id of an operation, from the names of its controller and handler: `NotesController.findOne` is `getNote`. A
 * handler of one word takes the name of the resource, `NotesController.publish` is `publishNote`; a handler of several
 * words (`endOtherSessions`), or of a controller that is no resource (`AuthController.register`), says all by itself.
 */
export function operationId(controller: string, handler: string): string {
  const resource = controller.replace(/Controller$/, '');
  const one = singular(resource);
  const verb = VERBS[handler];
  if (verb !== undefined) return verb + (handler === 'list' ? resource : one);
  return one !== resource && /^[a-z]+$/.test(handler) ? handler + one : handler;
}
